/**
 * Replaces the SDK's own date parsers: Node knows these formats.
 * @throws TypeError for an invalid date
 */
function parseText(value: unknown): Date | undefined {
  if (value === null || value === undefined) return undefined;
  return dateOf(typeof value === "string" ? Date.parse(value) : Number.NaN);
}

/** Seconds since 1970, as a number or its digits. */
export function parseEpochTimestamp(value: unknown): Date | undefined {
  if (value === null || value === undefined) return undefined;
  return dateOf(Math.round(Number(value === "" ? Number.NaN : value) * 1000));
}

export function dateToUtcString(date: Date): string {
  return date.toUTCString();
}

function dateOf(milliseconds: number): Date {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) throw new TypeError("Invalid date.");
  return date;
}

export {
  parseText as parseRfc3339DateTime,
  parseText as parseRfc3339DateTimeWithOffset,
  parseText as parseRfc7231DateTime,
};
