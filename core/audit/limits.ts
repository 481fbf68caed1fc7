export const pageSize = 50;
/** How many events a page with a filter examines. */
export const maxExamined = 250;
