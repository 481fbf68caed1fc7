/** Patterns as Lambda's event filters have them: each name must match, one of a list is enough. Only exact values are served. */
export interface Pattern {
  readonly [name: string]: Pattern | readonly (string | number | boolean | null)[];
}

/** Whether a record matches any of the patterns. */
export function matchesAny(record: unknown, patterns: readonly Pattern[]): boolean {
  return patterns.some((pattern) => matches(record, pattern));
}

function matches(value: unknown, pattern: Pattern): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const found = fieldOf(value, name);
    return isList(wanted) ? wanted.some((one) => one === found) : matches(found, wanted);
  });
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

const isList = (wanted: Pattern[string]): wanted is readonly (string | number | boolean | null)[] =>
  Array.isArray(wanted);
