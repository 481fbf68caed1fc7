const english = new Intl.NumberFormat("en");

/** Returns "1 seat", "2 seats", "1,000 seats"; pages group the digits as their reader does. */
export const counted = (count: number, one: string, many = `${one}s`, digits = english): string =>
  `${digits.format(count)} ${count === 1 ? one : many}`;
