export const keptDays = 30;
export const pageSize = 50;
