type Exact = string | number | boolean | null;
/** A text in which each `*` matches anything, including nothing. */
type Wildcard = { readonly wildcard: string };

/**
 * Patterns of Lambda's event filters and EventBridge's rules: each name must match, one value of a list is enough, also
 * of a list in the record. Only exact values are supported, and wildcards for rules.
 */
export type Pattern = {
  readonly [name: string]: Pattern | readonly (Exact | Wildcard)[];
};

/** Returns whether a record matches any of the patterns. */
export function matchesAny(record: unknown, patterns: readonly Pattern[]): boolean {
  return patterns.some((pattern) => matches(record, pattern));
}

function matches(value: unknown, pattern: Pattern): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    const found = fieldOf(value, name);
    if (!isList(wanted)) return matches(found, wanted);
    const values: readonly unknown[] = Array.isArray(found) ? found : [found];
    return values.some((value) => wanted.some((one) => isMet(value, one)));
  });
}

function isMet(found: unknown, wanted: Exact | Wildcard): boolean {
  if (typeof wanted !== "object" || wanted === null) return found === wanted;
  const parts = wanted.wildcard.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&"));
  return typeof found === "string" && new RegExp(`^${parts.join(".*")}$`, "s").test(found);
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;

const isList = (wanted: Pattern[string]): wanted is readonly (Exact | Wildcard)[] => Array.isArray(wanted);
