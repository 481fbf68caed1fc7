import { ApiError } from "#lib/failure.ts";
import { type Dispute, merge, type Side } from "#lib/merge.ts";
import type { Names, Whole } from "#lib/updates.ts";
import type { Text } from "./editor.tsx";
import { namesOf, toStored, toWritten } from "./mentions.ts";

// Somebody may save an update in another window while it is edited here: both texts are shown, and a person decides.

/** The fields that an edit changes, as they are stored. */
type Stored = { title: string; content: string; tags: string[] };
type Written = { title: string; text: Text; tags: string[] };
export type Field = keyof Stored;
type Saved = Pick<Whole, "title" | "content" | "tags" | "names" | "revision">;

export type Conflict = {
  /** The update as it was saved in the other window. The next edit is about this one. */
  saved: Saved;
  disputes: Dispute<Stored>[];
  /** The fields that the form takes over, because only the other window has changed them. */
  taken: Field[];
  /** Names of those that both texts mention. */
  names: Names;
};

/** Returns whether the request was about an earlier revision. */
export const isConflict = (error: unknown) =>
  error instanceof ApiError && /^(?:update|comment)\.changed$/.test(error.code);

/**
 * Compares a form with what was saved since.
 * @param base what the form began with; without it, of a draft of long ago, everything that differs is to be decided
 */
export function conflictOf(base: Written | undefined, mine: Written, saved: Saved): Conflict {
  const theirs = { title: saved.title, content: saved.content, tags: saved.tags };
  const before = base ? storedOf(base) : ({} as Stored);
  const { disputes, taken } = merge<Stored>({ base: before, mine: storedOf(mine), theirs });
  return { saved, disputes, taken, names: Object.assign({}, saved.names, namesOf(mine.text.mentions)) };
}

/** Returns a field of the form with one of the two values. */
export function writtenAs(field: Field, value: unknown, names: Names): Partial<Written> {
  if (field !== "content") return { [field]: value };
  const { written, mentions } = toWritten(String(value), names);
  return { text: { content: written, mentions } };
}

/** Keeps what was typed and who was mentioned since, before a side is chosen; what was typed over theirs is not mine. */
export function withTyped(conflict: Conflict, typed: Written): Conflict {
  const stored = storedOf(typed);
  const disputes = conflict.disputes.map((one) =>
    // threat: text that is typed before a side of a conflict is chosen is lost
    // threat: text that is typed over the other version passes for one's own
    one.choice === "theirs" ? one : Object.assign({}, one, { mine: stored[one.field] }),
  );
  // threat: a mention that is added during a conflict turns into an id
  const names = Object.assign({}, conflict.names, namesOf(typed.text.mentions));
  return { saved: conflict.saved, taken: conflict.taken, names, disputes };
}

export function withChoice(conflict: Conflict, field: Field, choice: Side): Conflict {
  const disputes = conflict.disputes.map((one) => (one.field === field ? Object.assign({}, one, { choice }) : one));
  return { saved: conflict.saved, taken: conflict.taken, names: conflict.names, disputes };
}

export const isDecided = ({ disputes }: Conflict) => disputes.every(({ choice }) => choice !== undefined);

const storedOf = ({ title, text, tags }: Written): Stored => ({
  title: title.trim(),
  content: toStored(text.content, text.mentions),
  tags,
});
