import { mention } from "@muster/core/update/shape.ts";

/** The ids of the members and teams that a text mentions, by the words that stand for them while it is written. */
export type Mentions = Record<string, string>;

/** Returns a text as its author writes it: names instead of ids, as far as they are known. */
export function toWritten(text: string, names: Readonly<Record<string, string>>) {
  let mentions: Mentions = {};
  const written = text.replaceAll(mention, (found, id: string) => {
    const name = names[id];
    if (name === undefined) return found;
    const added = withMention(mentions, { id, name });
    mentions = added.mentions;
    return `@${added.word}`;
  });
  return { written, mentions };
}

/** Returns the words for one more member or team: those of the same name are told apart by a number. */
export function withMention(mentions: Mentions, { id, name }: { id: string; name: string }) {
  for (let count = 1; ; count += 1) {
    const word = count === 1 ? name : `${name} ${count}`;
    const present = Object.hasOwn(mentions, word) ? mentions[word] : undefined;
    // threat: two members of one name are mentioned as one
    if (present === undefined || present === id) return { word, mentions: { ...mentions, [word]: id } };
  }
}

/** Returns a text as it is stored: ids instead of names. The longest name that fits is meant. */
export function toStored(written: string, mentions: Mentions) {
  // threat: a mention of one member is stored as another of a shorter name
  const words = Object.keys(mentions).toSorted((one, other) => other.length - one.length);
  if (words.length === 0) return written;
  const any = new RegExp(`@(${words.map(escape).join("|")})(?![\\p{L}\\p{N}_])`, "gu");
  return written.replaceAll(any, (_, word: string) => `@${mentions[word]}`);
}

function escape(word: string) {
  return word.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Returns the names in a text by their ids. */
export function namesOf(mentions: Mentions) {
  return Object.fromEntries(Object.entries(mentions).map(([word, id]) => [id, word]));
}

/** Returns what is typed of a mention before the cursor, and where it begins. */
export function mentionAt(text: string, cursor: number) {
  const [, typed] = /(?:^|[\s(])@([\p{L}\p{N}][\p{L}\p{N}\p{M}'’.-]*(?: [\p{L}\p{N}\p{M}'’.-]+){0,2}|)$/u.exec(
    text.slice(Math.max(0, cursor - 60), cursor),
  ) ?? [undefined, undefined];
  return typed === undefined ? undefined : { typed, from: cursor - typed.length - 1 };
}
