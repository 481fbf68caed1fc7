/** Returns a sentence about a difference, or nothing if both are equal. */
export const differs = (what: string, found: unknown, expected: unknown): string[] =>
  found === expected ? [] : [`${what}: ${String(found)}, not ${String(expected)}`];
