import { counted } from "../base/counted.ts";

// What several events are about: what was changed twice counts once.

/** Returns each id once. */
export const distinct = (ids: readonly string[]): readonly string[] => [...new Set(ids)];

/** Returns "3 teams". */
export const countOf = (ids: readonly string[], one: string, many?: string): string =>
  counted(distinct(ids).length, one, many);
