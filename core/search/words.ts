import { fold } from "../base/fold.ts";

/** Each word costs a row. Longer names are found by their first words. */
const wordsPerName = 8;
const wordStart = /(?<![\p{L}\p{N}])(?=[\p{L}\p{N}])/u;

/** The texts that match a member, folded. Without permission to see addresses there is no `email`. */
export type Findable = { words: readonly string[]; email?: string | undefined };

/** Returns the words of a membership. */
export function findable({ name, email }: { name: string; email: string }): { words: string[]; email: string } {
  return { words: wordsOf(name), email: fold(email) };
}

/** Returns the words of a search, the longest first, because it leaves the fewest matches. */
export function typed(search: string): string[] {
  const words = new Set(fold(search).split(/\s+/).filter(Boolean));
  return [...words].toSorted((one, other) => other.length - one.length);
}

/** Returns whether each typed word begins a word of the name, or the address. */
export function isFound({ words, email }: Findable, typed: readonly string[]): boolean {
  return typed.every((start) => words.some((word) => word.startsWith(start)) || email?.startsWith(start) === true);
}

/** "Anne-Marie O’Hara" is found by anne-marie, marie, o’hara and hara. */
export function wordsOf(name: string): string[] {
  const written = fold(name).split(/\s+/).filter(Boolean);
  const words = new Set(written.flatMap((word) => [word, ...endings(word)]));
  return [...words].slice(0, wordsPerName);
}

function endings(word: string): string[] {
  const parts = word.split(wordStart);
  return parts.map((_, i) => parts.slice(i).join("")).slice(1);
}
