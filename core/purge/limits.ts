/** The report of a purge is kept for so long. */
export const reportDays = 400;
