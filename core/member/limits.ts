/** A former member is remembered for so long, and can be reinstated if removed. */
export const formerDays = 90;
export const pageSize = 100;
