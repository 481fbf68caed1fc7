import * as v from "valibot";
import type { ID } from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { AddressRow } from "../invitation/row.ts";
import { use } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { type Lack, MailPostponed, MailUnconfirmed, retrySeconds } from "../kernel/mail-error.ts";
import { instant, now, queues, type SendSlot, table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { maxDelaySeconds } from "../queue/limits.ts";
import * as Slots from "../rate/slots.ts";
import * as Day from "./day.ts";
import * as Enqueue from "./enqueue.ts";
import * as Invite from "./invite.ts";
import { mailKeys } from "./keys.ts";
import * as Mailing from "./mailing.ts";
import { isPaused } from "./mailing-state.ts";
import * as MailingWait from "./mailing-wait.ts";
import type { BlockRow } from "./row.ts";

/** One message is processed for some seconds, so that a worker is soon free for another organization. */
const minPortionMs = 3000;
/** Workers that begin together don't end together: while one takes the next message, the others use the rate. */
const portionStepsMs = 600;
const portions = 5;
/** Read in one round trip, with their suppressions and what decides about all of them. */
const rowsPerRead = 48;

/** A message that waits for the quota is processed this soon after its delay. */
const heldSeconds = 60;

// Shapes

/** A message on the queue of bulk mails. */
export const Job = v.variant("job", [Mailing.Send, Mailing.Count, Enqueue.Job, Enqueue.Requeue]);
export type Job = v.InferOutput<typeof Job>;

/** The results of some mails of a message; `lack` is the thing that the others wait for. */
const Outcome = v.object({
  sent: v.number(),
  unconfirmed: v.number(),
  failed: v.number(),
  waiting: v.boolean(),
  lack: v.optional(v.picklist(["slot", "provider", "rate", "day"] satisfies Lack[])),
  /** For how long some wait for the provider, in seconds. */
  waitingSeconds: v.optional(v.number()),
});
export type Outcome = v.InferOutput<typeof Outcome>;

// Functions

/**
 * Sends waiting mails of an import's event in the slots that all others leave, each like a single mail: claimed first.
 * Mails that have to wait are queued again; a pause drops them until it ends.
 */
export const send = fn("mail.send", { input: Mailing.Send, output: Outcome }, async (job) => {
  const { until = Number.POSITIVE_INFINITY } = use();
  const end = Math.min(until, now().getTime() + minPortionMs + (job.seq % portions) * portionStepsMs);
  const portion = await work(job, end);
  if (portion.reached > job.from) await Mailing.recount(job, { from: job.from, to: portion.reached });
  // threat: a message that fails is doubled each time
  if (portion.error) throw portion.error; // the message itself is delivered again
  const { sent, unconfirmed, failed, lack, rest } = portion;
  // threat: an import that waits for the quota looks as if it were sending
  if (lack === "day") await MailingWait.waitForQuota(job.import, instant((rest?.seconds ?? 0) + heldSeconds));
  const { since = instant() } = job;
  const isDown = isRefused(portion);
  const isHeldUp = isDown || portion.unknown !== undefined;
  await queueAgain(job, portion, isHeldUp ? since : undefined);
  // threat: emails of a suspended organization are taken for given up
  if (isIdle(portion)) await MailingWait.keepQueued(job.import, isDown ? since : undefined);
  const waitingSeconds = Math.floor((now().getTime() - Date.parse(since)) / 1000);
  return {
    sent,
    unconfirmed,
    failed,
    waiting: rest !== undefined,
    ...(lack && { lack }),
    ...(isHeldUp && { waitingSeconds }),
  };
});

/** Returns whether all emails wait, and not for the quota. */
const isIdle = ({ rest, sent, lack }: Portion) => rest !== undefined && sent === 0 && lack !== "day";
/** Returns whether the provider takes no emails. */
const isRefused = ({ sent, lack }: Portion) => sent === 0 && (lack === "provider" || lack === "rate");

/** One message for those that wait and those whose result is unknown: it looks at the latter again each time. */
async function queueAgain(
  { since: _, ...place }: Mailing.Send,
  { rest, unknown }: Portion,
  since: string | undefined,
): Promise<void> {
  const next = rest ?? unknown;
  if (!next) return;
  const from = Math.min(next.first, unknown?.first ?? next.first);
  // threat: the rows that a worker does not come to are lost
  await queues.send("bulk", [{ ...place, from, ...(since !== undefined && { since }) }], next.seconds);
}

// For handlers

/** Runs a job of any kind. */
export function perform(job: Job): Promise<Outcome | void> {
  switch (job.job) {
    case "send":
      return send(job);
    case "count":
      return Mailing.count(job);
    case "enqueue":
      return Enqueue.enqueue(job);
    case "requeue":
      return Enqueue.requeue(job);
  }
}

/** The progress of a portion. `rest` begins with the first mail that still waits. */
type Portion = {
  sent: number;
  unconfirmed: number;
  failed: number;
  reached: number;
  rest?: { first: number; seconds: number };
  /** The first mail that is sent again if the provider has not reported it after so many seconds. */
  unknown?: { first: number; seconds: number };
  lack?: Outcome["lack"];
  /** Unexpected; the others are sent anyway. */
  error?: unknown;
};
type Waiting = { index: number; open: Invite.Open };

async function work(job: Mailing.Send, end: number): Promise<Portion> {
  const addresses = await Mailing.invited(job);
  const portion: Portion & { stopped?: MailPostponed } = { sent: 0, unconfirmed: 0, failed: 0, reached: job.from };
  const pace = Slots.open("bulk", end);

  function wait(index: number, reason: MailPostponed): void {
    portion.lack = reason.lack;
    const { first = index, seconds = 0 } = portion.rest ?? {};
    const delay = reason.lack === "slot" ? 0 : Math.min(maxDelaySeconds, Math.max(reason.seconds ?? 0, retrySeconds));
    portion.rest = { first: Math.min(first, index), seconds: Math.max(seconds, delay) };
  }

  function lookAgain(index: number, { seconds }: MailUnconfirmed): void {
    const { first = index, seconds: longest = 0 } = portion.unknown ?? {};
    portion.unknown = { first: Math.min(first, index), seconds: Math.min(maxDelaySeconds, Math.max(seconds, longest)) };
  }

  async function sendOne({ index, open }: Waiting, slot: SendSlot): Promise<void> {
    try {
      const outcome = await Invite.send(open, slot, Mailing.tagsOf(job));
      if (outcome === "sent") portion.sent++;
      if (outcome === "failed") portion.failed++;
    } catch (error) {
      // threat: a lost answer fails the mails of a whole message
      if (error instanceof MailUnconfirmed) {
        portion.unconfirmed++;
        lookAgain(index, error);
        return;
      }
      if (!(error instanceof MailPostponed)) {
        portion.error ??= error;
        return;
      }
      wait(index, error);
      portion.stopped ??= error;
    }
  }

  while (portion.reached < addresses.length && !portion.stopped) {
    const waiting: Waiting[] = [];
    let count = 0;
    try {
      await Day.room(); // nothing is read for mails that cannot leave
      const read = await readSome(job, addresses.slice(portion.reached, portion.reached + rowsPerRead));
      // threat: a pause pauses nothing
      if (read.isPaused) break;
      count = read.rows.length;
      for (const [i, found] of read.rows.entries()) {
        const index = portion.reached + i;
        const judged = await judge(job, found, read.organizationRow).catch((error: unknown) => {
          if (!(error instanceof MailUnconfirmed)) throw error;
          lookAgain(index, error);
        });
        if (judged) waiting.push({ index, open: judged });
      }
      while (waiting.length > 0 && !portion.stopped) {
        const uses = Math.min(waiting.length, await Day.room());
        await pace.start(waiting, uses, sendOne);
      }
    } catch (error) {
      if (!(error instanceof MailPostponed)) throw error;
      portion.stopped = error;
    }
    if (portion.stopped) wait(waiting[0]?.index ?? portion.reached, portion.stopped);
    portion.reached += count;
  }
  await pace.close();
  return portion;
}

/** Reads the rows of some addresses, and everything that decides about their mails. */
async function readSome({ organization, import: id }: Mailing.Named, addresses: readonly ID<"address">[]) {
  const [organizationRow, mails, ...found] = await table.getMany([
    organizationKeys.organization(organization),
    mailKeys.importMails(id),
    ...addresses.flatMap((address) => [invitationKeys.addressIn(organization, address), mailKeys.suppression(address)]),
  ]);
  const rows = addresses.map((_, i) => {
    const [row, block] = [found[2 * i], found[2 * i + 1]];
    return { row: row?.sk === "#mail" ? undefined : row, block: block?.sk === "#mail" ? block : undefined };
  });
  return { organizationRow, rows, isPaused: isPaused(mails) };
}

/** Returns the mail that an address is sent now. */
async function judge(
  { organization, seq: mailing }: Mailing.Named,
  found: { row: AddressRow | undefined; block: BlockRow | undefined },
  organizationRow: OrganizationRow | undefined,
) {
  const { row } = found;
  if (!row) return undefined;
  const job: Invite.Job = {
    kind: "invitation",
    organization,
    address: row.pk,
    attempt: row.attempt ?? 0,
  };
  const judged = await Invite.judge(job, { ...found, organizationRow, mailing });
  return typeof judged === "string" ? undefined : judged;
}
