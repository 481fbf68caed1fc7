/** Figures of a day are kept for so long: thirteen months and what is late. */
export const keptDays = 430;
/** Days that one request returns. */
export const maxDays = 92;
/** Months that one request returns. */
export const maxMonths = 13;
/** Days in which the stream may repeat that a member was active: it keeps a record for one day. */
export const repeatedDays = 4;
