import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { epoch, instant, now, queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, any, atMost, equal, type Item, lacks, put, update, when } from "../table/table.ts";
import { type MailState, mailStates } from "./state.ts";

/**
 * A mailing is the mails of one event of an import. Its row has a letter for each of them, which says how it fares, and
 * the row of the import has their sums: each change of letters is counted in the write that makes it.
 */

const keptSeconds = 90 * 86_400;
/** What the provider tells of a mailing is counted together, so long after the first of it. */
const settleSeconds = 60;
/** By then whoever was to count has not. */
const forgottenMs = 3 * settleSeconds * 1000;

// Shapes

const Place = {
  organization: ID.schema("organization"),
  import: ID.schema("import"),
  /** Where its event lies in the organization's log. */
  seq: v.pipe(v.number(), v.integer(), v.minValue(1)),
};
export const Named = v.strictObject(Place);
export type Named = v.InferOutput<typeof Named>;

/** `from` is the first of its mails that may still wait. */
export const Send = v.strictObject({ job: v.literal("send"), ...Place, from: v.pipe(v.number(), v.minValue(0)) });
export type Send = v.InferOutput<typeof Send>;
export const Count = v.strictObject({ job: v.literal("count"), ...Place });

/** How a mail fares, or that its invitation ended before it was sent. */
export const fates = [...mailStates, "ended"] as const;
export type Fate = MailState | "ended";
/** How many mails of an import fare how. */
export const Info = v.object({ paused: v.boolean(), ...v.entriesFromList(fates, v.number()) });
export type Info = v.InferOutput<typeof Info>;

const letters: Record<Fate, string> = {
  queued: "q",
  unsure: "u",
  sent: "s",
  delivered: "d",
  bounced: "b",
  complained: "c",
  suppressed: "x",
  failed: "f",
  ended: "e",
};

// Failures

export const failures = {
  begun: failure("conflict", "mailing.begun", "This mailing has begun already."),
  counted: failure("conflict", "mailing.counted", "Somebody has counted this mailing meanwhile."),
  told: failure("conflict", "mailing.told", "Somebody counts this mailing soon."),
};

// Functions

/** Brings the letters and the sums up to what the rows say. */
export const count = fn("mail.count", { input: Count, output: v.void() }, async (job) => {
  await table.write(update(Keys.mailing(job.import, job.seq), { unset: ["toldAt"] }));
  await recount(job);
});

// For reactions and workers

/** Has the mails of an import's event sent. Twice does no harm. */
export async function begin(mailing: Named, mails: number): Promise<void> {
  const { organization, import: id, seq } = mailing;
  const row: Item = { organization, letters: letters.queued.repeat(mails), counted: 0, ttl: epoch(keptSeconds) };
  await table
    .write(
      put(Keys.mailing(id, seq), row, when(absent, failures.begun)),
      update(Keys.importMails(id), { add: { queued: mails }, set: { organization, ttl: epoch(keptSeconds) } }),
    )
    .catch((error: unknown) => {
      if (!isFailure(error, failures.begun)) throw error;
    });
  await queues.send("bulk", [{ job: "send", organization, import: id, seq, from: 0 } satisfies Send]);
}

/** Who is invited by its event, in the order of its letters. */
export async function invited({ organization, import: id, seq }: Named): Promise<ID.ID<"address">[]> {
  const event = await Audit.at(organization, seq);
  if (event?.data.import !== id) throw new Error(`The log of ${organization} has no event of ${id} at ${seq}.`);
  const invitations = (event.data.invitations ?? [event.data.invitation]) as ID.ID<"invitation">[];
  return invitations.map((invitation) => ID.alias("address", invitation));
}

/** Counts those from `from` to before `to`, all of them unless told otherwise. */
export async function recount(mailing: Named, { from = 0, to }: { from?: number; to?: number } = {}): Promise<void> {
  const { organization, import: id, seq } = mailing;
  const addresses = (await invited(mailing)).slice(from, to);
  for (;;) {
    const before = await table.get(Keys.mailing(id, seq));
    if (!before) return; // long over
    const rows = await table.getMany(addresses.map((address) => Keys.addressIn(organization, address)));
    const known = String(before.letters);
    const told = rows.map((row) => letters[fateOf(row)]).join("");
    const found = known.slice(0, from) + told + known.slice(from + told.length);
    if (found === known || (await change(mailing, before, found))) return;
  }
}

/** Has a mailing counted soon, because the provider has told something of it; once for all that it tells in a while. */
export async function stir(mailing: Named): Promise<void> {
  const { import: id, seq } = mailing;
  const forgotten = new Date(now().getTime() - forgottenMs).toISOString();
  const isFirst = any(lacks("toldAt"), atMost("toldAt", forgotten));
  try {
    await table.write(update(Keys.mailing(id, seq), { set: { toldAt: instant() } }, when(isFirst, failures.told)));
  } catch (error) {
    if (isFailure(error, failures.told)) return;
    throw error;
  }
  await queues.send("bulk", [{ job: "count", ...mailing }], settleSeconds);
}

/** Whether some of its mails may still have to be sent. */
export const waits = (row: Item) => String(row.letters).includes(letters.queued);

/** The mailing that the tags of a mail name, and the tags that name it. */
export const tagsOf = ({ import: id, seq }: Named) => ({ import: id, seq: String(seq) });
export function named(tags: Record<string, string>): Named | undefined {
  const found = v.safeParse(Named, { organization: tags.organization, import: tags.import, seq: Number(tags.seq) });
  return found.success ? found.output : undefined;
}

/** How the mails of an import fare, by its row and that of all imports. */
export function describe(row: Item | undefined, ofAll: Item | undefined): Info {
  const counts = Object.fromEntries(fates.map((fate) => [fate, Number(row?.[fate] ?? 0)])) as Record<Fate, number>;
  return { paused: isPaused(row, ofAll), ...counts };
}

export const isPaused = (row: Item | undefined, ofAll: Item | undefined) =>
  row?.pausedAt !== undefined || ofAll?.pausedAt !== undefined;

function fateOf(row: Item | undefined): Fate {
  if (!row) return "ended";
  const isOpen = row.state === "pending" && String(row.expiresAt) > instant();
  return row.mail === "queued" && !isOpen ? "ended" : (row.mail as MailState);
}

/** False when somebody else has counted since `before` was read. */
async function change({ import: id, seq }: Named, before: Item, found: string): Promise<boolean> {
  const known = String(before.letters);
  const sum: Record<string, number> = {};
  for (const fate of fates) {
    const by = times(found, letters[fate]) - times(known, letters[fate]);
    if (by !== 0) sum[fate] = by;
  }
  const counted = Number(before.counted);
  const unchanged = when(equal("counted", counted), failures.counted);
  const sums = Object.keys(sum).length > 0 ? [update(Keys.importMails(id), { add: sum })] : [];
  return table
    .write(update(Keys.mailing(id, seq), { set: { letters: found, counted: counted + 1 } }, unchanged), ...sums)
    .then(
      () => true,
      (error: unknown) => {
        if (isFailure(error, failures.counted)) return false;
        throw error;
      },
    );
}

const times = (text: string, letter: string) => text.split(letter).length - 1;
