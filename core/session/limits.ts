/** A session ends after so many days, or after so many in which nobody used it. */
export const lifetimeDays = 30;
export const idleDays = 7;
/** A browser in which somebody signed in is known for so long. */
export const browserDays = 365;
export const codeMinutes = 10;
/** Entries of one code. */
export const maxAttempts = 5;
export const pageSize = 100;
