const digits = new Intl.NumberFormat("en");

/** Returns "1 seat", "2 seats", "1,000 seats". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${digits.format(count)} ${count === 1 ? one : many}`;
