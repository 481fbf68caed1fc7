import { ApiError, toSentence } from "#lib/failure.ts";
import type { Author, Reaction } from "#lib/updates.ts";

export const reactionText: Record<Reaction, { emoji: string; label: string }> = {
  thumbs_up: { emoji: "👍", label: "Thumbs up" },
  heart: { emoji: "❤️", label: "Heart" },
  celebrate: { emoji: "🎉", label: "Celebrate" },
  laugh: { emoji: "😄", label: "Laugh" },
  eyes: { emoji: "👀", label: "Eyes" },
  thanks: { emoji: "🙏", label: "Thanks" },
};

export const reactions = Object.keys(reactionText) as Reaction[];

export function authorName({ name }: Pick<Author, "name">) {
  return name ?? "Former member";
}

/** Returns why a text was not saved. What is typed stays, also if the text below it was changed by somebody else. */
export function problemOf(error: unknown) {
  return error instanceof ApiError && /^(?:update|comment)\.changed$/.test(error.code)
    ? "This was changed after you began to edit it. Save again to see both texts."
    : toSentence(error);
}

/** The beginning of a long text as a feed has it, without the mention that it may end in the middle of. */
export function beginningOf(content: string) {
  return `${content.replace(/@(?:acc|team)_\w*$/, "").trimEnd()} …`;
}
