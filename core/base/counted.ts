/** Returns "1 seat", "2 seats". For texts of the server, which are in English. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
