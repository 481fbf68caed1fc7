import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { commentKeys } from "../comment/keys.ts";
import type { CommentRow } from "../comment/row.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { all, equal, type Item, type Key, lacks, present, rowName, update, when } from "../table/table.ts";
import { updateKeys } from "./keys.ts";
import { placeOf } from "./place.ts";
import { type Record, Records } from "./record.ts";
import type { UpdateRow } from "./row.ts";
import { reactions } from "./shape.ts";

// Counts comments, reactions and who has seen an update, from the stream. All that counts for one row comes from one
// partition, so the row keeps which record it was counted to, and a record that comes again counts once.

const maxAttempts = 5;

// Shapes

type UpdateId = ID.ID<"update">;
type Counts = { [name: string]: number };
/** The effect of a record on counts: of the update itself, or of a comment below it. */
type Effect = { comment: ID.ID<"comment"> | undefined; counts: Counts };

// Failures

export const failures = {
  moved: failure("conflict", "update.count_moved", "This update is being counted by another process."),
};

// Functions

/** Counts records of what is below updates. Repeating them, or dividing them into other batches, changes nothing. */
export const count = fn(
  "update.count",
  { input: Records, output: v.void(), failures: [failures.moved] },
  async ({ records }) => {
    const byUpdate = new Map<UpdateId, Record[]>();
    for (const record of records) {
      const id = updateOf(record);
      if (id) byUpdate.set(id, [...(byUpdate.get(id) ?? []), record]);
    }
    const texts = await table.getMany([...byUpdate.keys()].map(updateKeys.updateText));
    const counting = texts.filter((text) => text !== undefined);
    await Promise.all(
      counting.flatMap((text) => {
        const effects = (byUpdate.get(text.pk) ?? []).map((record) => ({ ...record, ...effectOf(record) }));
        return [...new Set(effects.map(({ comment }) => comment))].map((comment) =>
          countOn(
            comment ? commentKeys.comment(text.pk, comment) : updateKeys.update(placeOf(text), text.pk),
            effects.filter((effect) => effect.comment === comment),
          ),
        );
      }),
    );
  },
);

/** Returns the update that a record counts for, if it changes a number. */
export function updateOf(record: Pick<Record, "before" | "after">): UpdateId | undefined {
  const pk = (record.after ?? record.before)?.pk;
  return ID.is("update", pk) && Object.keys(effectOf(record).counts).length > 0 ? pk : undefined;
}

/** Returns which numbers a record changes. */
export function effectOf({ before, after }: Pick<Record, "before" | "after">): Effect {
  const sk = String((after ?? before)?.sk);
  if (ID.is("comment", sk)) {
    return { comment: undefined, counts: nonZero({ comments: existing(after) - existing(before) }) };
  }
  const [account, comment] = sk.split("#");
  if (!ID.is("account", account)) return { comment: undefined, counts: {} };
  const own = Object.fromEntries(reactions.map((one) => [one, holds(after, one) - holds(before, one)]));
  const seen = comment ? {} : { seen: Number(has(after)) - Number(has(before)) };
  return { comment: comment as ID.ID<"comment"> | undefined, counts: nonZero({ ...own, ...seen }) };
}

const existing = (comment: Item | undefined) => (comment && comment.deletedAt === undefined ? 1 : 0);
const has = (activity: Item | undefined) => activity?.seenAt !== undefined;
const holds = (activity: Item | undefined, reaction: string) =>
  activity?.reactions instanceof Set && activity.reactions.has(reaction) ? 1 : 0;
const nonZero = (counts: Counts): Counts => Object.fromEntries(Object.entries(counts).filter(([, by]) => by !== 0));

/** A row that is gone, because it was erased, counts nothing. */
async function countOn(
  key: Key<UpdateRow> | Key<CommentRow>,
  records: readonly { sequence: string; counts: Counts }[],
): Promise<void> {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const row = await table.get(key as Key<UpdateRow>);
    if (!row) return;
    // threat: a record of the stream that comes again counts twice
    const fresh = records.filter(({ sequence }) => isAfter(sequence, row.mark));
    if (fresh.length === 0) return;
    const add: Counts = {};
    for (const { counts } of fresh) for (const [name, by] of Object.entries(counts)) add[name] = (add[name] ?? 0) + by;
    const mark =
      fresh
        .map(({ sequence }) => sequence)
        .toSorted((one, other) => (isAfter(one, other) ? 1 : -1))
        .at(-1) ?? "";
    const asRead = row.mark === undefined ? lacks("mark") : equal("mark", row.mark);
    const step = update(
      key as Key<UpdateRow>,
      { set: { mark }, add: nonZero(add) },
      when(all(present, asRead), failures.moved),
    );
    if (await writeUnless(failures.moved, step)) return;
  }
  throw failures.moved({ cause: new Error(`It was counted by others ${maxAttempts} times: ${rowName(key)}.`) });
}

/** Sequence numbers are decimal, of up to 40 digits, and grow within a partition. */
export const isAfter = (one: string, other: string | undefined): boolean =>
  other === undefined || one.length > other.length || (one.length === other.length && one > other);
