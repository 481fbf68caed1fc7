import * as v from "valibot";
import type { ID } from "../base/id.ts";
import type { AddressRow } from "../invitation/row.ts";
import { use } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { instant, now, queues, table } from "../kernel/ports.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { maxDelaySeconds } from "../queue/limits.ts";
import { Keys } from "../table/keys.ts";
import * as Day from "./day.ts";
import * as Enqueue from "./enqueue.ts";
import { MailPostponed, MailUnconfirmed } from "./error.ts";
import * as Invite from "./invite.ts";
import * as Mailing from "./mailing.ts";
import type { BlockRow } from "./row.ts";
import * as SendRate from "./send-rate.ts";

/** One message is worked at for some seconds, so that a worker is soon free for another organization. */
const minPortionMs = 3000;
/** Those who began together do not end together: while one takes up the next message, the others use the rate. */
const portionStepsMs = 600;
const portions = 5;
/** With their blocks, and what decides about all of them, they are read in one trip. */
const rowsPerRead = 48;

/** A message that waits for the quota is worked at so soon after its delay. */
const heldSeconds = 60;

// Shapes

/** What travels on the queue of mails in bulk. */
export const Job = v.variant("job", [Mailing.Send, Mailing.Count, Enqueue.Job]);
export type Job = v.InferOutput<typeof Job>;

/** What became of some mails of a message; `lack` is what the others wait for. */
const Outcome = v.object({
  sent: v.number(),
  unconfirmed: v.number(),
  waiting: v.boolean(),
  lack: v.optional(v.picklist(["slot", "rate", "day"])),
});
export type Outcome = v.InferOutput<typeof Outcome>;

// Functions

/**
 * Sends mails of an event of an import that still wait, at the turns that all others leave, each as a single mail is
 * sent: claimed before, and at most once. What has to wait is queued anew, and a pause drops it until its end.
 */
export const send = fn("mail.send", { input: Mailing.Send, output: Outcome }, async (job) => {
  const { until = Number.POSITIVE_INFINITY } = use();
  const end = Math.min(until, now().getTime() + minPortionMs + (job.seq % portions) * portionStepsMs);
  const portion = await work(job, end);
  if (portion.reached > job.from) await Mailing.recount(job, { from: job.from, to: portion.reached });
  if (portion.error) throw portion.error; // the message itself comes again
  const { first, seconds = 0 } = portion.rest ?? {};
  const { sent, unconfirmed, lack } = portion;
  if (lack === "day") await Mailing.waitForQuota(job.import, instant(seconds + heldSeconds));
  if (first !== undefined) await queues.send("bulk", [{ ...job, from: first }], seconds);
  return { sent, unconfirmed, waiting: first !== undefined, ...(lack && { lack }) };
});

// For doors

/** Does a job, whichever it is. */
export function perform(job: Job): Promise<Outcome | void> {
  switch (job.job) {
    case "send":
      return send(job);
    case "count":
      return Mailing.count(job);
    case "enqueue":
      return Enqueue.enqueue(job);
  }
}

/** How far a portion came. `rest` begins with the first mail that still waits. */
type Portion = {
  sent: number;
  unconfirmed: number;
  reached: number;
  rest?: { first: number; seconds: number };
  lack?: Outcome["lack"];
  /** What nobody expected; the others are sent all the same. */
  error?: unknown;
};
type Waiting = { index: number; open: Invite.Open };

async function work(job: Mailing.Send, end: number): Promise<Portion> {
  const addresses = await Mailing.invited(job);
  const portion: Portion & { stopped?: MailPostponed } = { sent: 0, unconfirmed: 0, reached: job.from };
  const running: Promise<void>[] = [];
  const pace = SendRate.open("bulk", end);

  function wait(index: number, reason: MailPostponed): void {
    portion.lack = reason.lack;
    const { first = index, seconds = 0 } = portion.rest ?? {};
    const delay = reason.lack === "slot" ? 0 : Math.min(maxDelaySeconds, reason.seconds);
    portion.rest = { first: Math.min(first, index), seconds: Math.max(seconds, delay) };
  }

  async function sendOne({ index, open }: Waiting, slot: SendRate.ReservedSlot): Promise<void> {
    try {
      await slot.near();
      const outcome = await Invite.send(open, slot, Mailing.tagsOf(job));
      if (outcome === "sent") portion.sent++;
    } catch (error) {
      if (error instanceof MailUnconfirmed) {
        portion.unconfirmed++; // its row says so, and nobody sends it again
        return;
      }
      if (!(error instanceof MailPostponed)) {
        portion.error ??= error;
        return;
      }
      wait(index, error);
      portion.stopped ??= error;
    } finally {
      slot.end();
    }
  }

  while (portion.reached < addresses.length && !portion.stopped) {
    const waiting: Waiting[] = [];
    let count = 0;
    try {
      await Day.room(); // nothing is read for mails that cannot leave
      const read = await readSome(job, addresses.slice(portion.reached, portion.reached + rowsPerRead));
      if (read.isPaused) break;
      count = read.rows.length;
      for (const [i, found] of read.rows.entries()) {
        const judged = await judge(job, found, read.home);
        if (judged) waiting.push({ index: portion.reached + i, open: judged });
      }
      while (waiting.length > 0 && !portion.stopped) {
        const uses = Math.min(waiting.length, await Day.room());
        const turns = await pace.reserve(uses);
        running.push(...turns.map((slot) => sendOne(waiting.shift() as Waiting, slot)));
      }
    } catch (error) {
      if (!(error instanceof MailPostponed)) throw error;
      portion.stopped = error;
    }
    if (portion.stopped) wait(waiting[0]?.index ?? portion.reached, portion.stopped);
    portion.reached += count;
  }
  await Promise.all(running);
  await pace.close();
  return portion;
}

/** The rows of some addresses, and all that decides about their mails. */
async function readSome({ organization, import: id }: Mailing.Named, addresses: readonly ID<"address">[]) {
  const [home, mails, ...found] = await table.getMany([
    Keys.organization(organization),
    Keys.importMails(id),
    ...addresses.flatMap((address) => [Keys.addressIn(organization, address), Keys.suppression(address)]),
  ]);
  const rows = addresses.map((_, i) => {
    const [row, block] = [found[2 * i], found[2 * i + 1]];
    return { row: row?.sk === "#mail" ? undefined : row, block: block?.sk === "#mail" ? block : undefined };
  });
  return { home, rows, isPaused: Mailing.isPaused(mails) };
}

/** The mail of an address that is to be sent now. */
async function judge(
  { organization }: Mailing.Named,
  found: { row: AddressRow | undefined; block: BlockRow | undefined },
  home: OrganizationRow | undefined,
) {
  const { row } = found;
  if (!row) return undefined;
  const job: Invite.Job = {
    kind: "invitation",
    organization,
    address: row.pk,
    attempt: row.attempt ?? 0,
  };
  const judged = await Invite.judge(job, { ...found, home });
  return typeof judged === "string" ? undefined : judged;
}
