import { UsageError } from "./arguments.ts";

/** The result of a command: as data, and in words. */
export type Answer = { data: object; text: string; wrong?: true };

/** A table of two columns. */
export const lined = (rows: Record<string, string | number>): string =>
  Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(14)}${value}`)
    .join("\n");

/** @throws UsageError */
export function numberOf(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`<${name}> is a whole number.`);
  return Number(text);
}
