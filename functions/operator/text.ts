import { Misused } from "./arguments.ts";

/** A table of two columns. */
export const lined = (rows: Record<string, string | number>): string =>
  Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(14)}${value}`)
    .join("\n");

/** @throws Misused */
export function numberOf(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Misused(`<${name}> is a whole number.`);
  return Number(text);
}
