// Reads JSON of which nothing is known.

export type Unread = Readonly<Record<string, unknown>>;

/** Returns what a JSON text holds, or undefined. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isRecord = (value: unknown): value is Unread =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** The members of an object; none if it is something else. */
export const membersOf = (value: unknown): Unread => (isRecord(value) ? value : {});
export const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
export const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
