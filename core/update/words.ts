import { fold } from "../base/fold.ts";

/** Each word costs a row. */
const maxWords = 20;
const between = /[^\p{L}\p{N}\p{M}]+/u;

/** Returns the words of a text, folded, each once. */
export const wordsOf = (text: string): string[] =>
  [...new Set(fold(text).split(between).filter(Boolean))].slice(0, maxWords);

/** Returns the terms that find an update: words of its title, its tags, its author. */
export const termsOf = ({
  title,
  tags,
  author,
}: {
  title: string;
  tags?: readonly string[] | undefined;
  author: string;
}) => [
  ...new Set([
    ...[title, ...(tags ?? [])].flatMap(wordsOf).map(term.word),
    ...(tags ?? []).map(term.tag),
    term.author(author),
  ]),
];

export const term = {
  word: (word: string) => `w:${word}`,
  tag: (tag: string) => `t:${tag}`,
  author: (account: string) => `a:${account}`,
};

/** Returns whether each typed word begins a word of the title, or a tag. */
export function isFound(
  { title, tags }: { title: string; tags?: readonly string[] | undefined },
  typed: readonly string[],
) {
  const words = [title, ...(tags ?? [])].flatMap(wordsOf);
  return typed.every((start) => words.some((word) => word.startsWith(start)));
}
