export const pageSize = 50;
/** Events that a page with a filter examines at most. */
export const maxExamined = 250;
