import * as v from "valibot";
import { idBody } from "../base/id/shape.ts";
import { emptyText, plainLine, printable, visible, withoutFlags } from "../base/shape.ts";
import { commentLength, contentLength, maxMentions, maxTags, noteLength, titleLength } from "./limits.ts";

/** The emoji that members add to updates and comments, in the order in which they are shown. */
export const reactions = ["thumbs_up", "heart", "celebrate", "laugh", "eyes", "thanks"] as const;
export type Reaction = (typeof reactions)[number];

/** Reasons that members report an update or a comment. */
export const reasons = ["spam", "offensive", "confidential", "other"] as const;
export type Reason = (typeof reasons)[number];

/** Control characters, except tabs and line ends, marks that reverse the direction of what surrounds them, and tags. */
const unprintable = /[^\P{Cc}\t\n\r]|[\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;
const tag = /^#?[\p{L}\p{N}][\p{L}\p{N}\p{M}_-]{0,29}$/u;
/** A mention in a text, and its id. */
export const mention = new RegExp(`@((?:acc|team)_${idBody})(?![0-9A-Za-z_])`, "g");

/** 1 to 120 characters on one line. */
export const Title = plainLine("title", titleLength);

/** A member's words about a report, in one line of at most 200 characters. */
export const Note = plainLine("note", noteLength);

/** Markdown. A mention is `@` and the id of an account or a team. */
export const Content = text("text", contentLength);

/** Markdown, as in an update. */
export const CommentContent = text("comment", commentLength);

/** Several lines of Markdown. */
export function text(noun: string, maxLength: number) {
  return v.pipe(
    v.string(),
    v.maxLength(maxLength, `The ${noun} may have at most ${maxLength.toLocaleString("en-US")} characters.`),
    v.normalize("NFC"),
    v.maxLength(maxLength, `The ${noun} may have at most ${maxLength.toLocaleString("en-US")} characters.`),
    v.check((written) => visible.test(written), emptyText(noun)),
    v.check((written) => !unprintable.test(withoutFlags(written)), `The ${noun} may only have visible characters.`),
    v.check((written) => mentionsIn(written).length <= maxMentions, `A ${noun} mentions at most ${maxMentions}.`),
  );
}

/** A tag of 1 to 30 letters, numbers, hyphens, and underscores, with or without `#`. It is kept in lowercase. */
export const Tag = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(31, "A tag may have at most 30 characters."),
  v.regex(tag, "A tag has only letters, numbers, hyphens, and underscores."),
  printable("tag"),
);

/** Up to 10 tags. */
export const Tags = v.pipe(v.array(Tag), v.maxLength(maxTags, `At most ${maxTags} tags.`));

/** Returns a tag as it is stored. */
export const tagOf = (written: string): string => written.replace(/^#/, "").normalize("NFC").toLowerCase();

/** Returns the tags as they are stored, each once. */
export const tagsOf = (written: readonly string[]): string[] => [...new Set(written.map(tagOf))];

/** Returns the ids of the accounts and teams that a text mentions, each once. */
export const mentionsIn = (written: string): string[] => [
  ...new Set([...written.matchAll(mention)].map(([, id]) => id as string)),
];

/** Returns a text with names in place of the ids that it mentions, where they are known. */
export const withNames = (written: string, names: { readonly [id: string]: string }): string =>
  written.replace(mention, (whole, id: string) => (names[id] === undefined ? whole : `@${names[id]}`));
