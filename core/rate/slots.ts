import { randomUUID } from "node:crypto";
import { hourSeconds, minuteMs } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import { use } from "../kernel/context.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import { epoch, mail, now, pause, type SendSlot, table } from "../kernel/ports.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { equal, lacks, update, when } from "../table/table.ts";
import { rateKeys } from "./keys.ts";
import type { SendTokensRow, SlownessRow } from "./row.ts";
import * as SlotTokens from "./slot-tokens.ts";

// threat: sign-in codes wait for a send slot behind invitations
// threat: mails in bulk come before single ones
/**
 * The time ahead that a lane may book. A shorter lane gives way to all that book further ahead: it finds room only
 * where they leave some. So a code waits at most for what is booked, which is one second's worth.
 */
const horizonMs = { codes: 30_000, others: 1000, bulk: 500 };
/** The time after its slot at which a mail may still leave. */
const latestMs = { codes: 30, others: 30, bulk: 750 };
// threat: a worker that dies has its tokens used again at once
/** The time that a token is taken unless the departure of its mail is reported: enough for a process that stalls. */
const takenMs = { codes: 40, others: 40, bulk: 2000 };
/**
 * A sender of many mails books slots for this many ms at once, because the row of the tokens can take few writes. They
 * are also all whose result it may take with it if it dies: at 14 a second one.
 */
const blockMs = 125;
/** Departures are reported with the next booking, or after this long. */
const reportWithinMs = 100;
const minPauseMs = 40;
const maxPauseMs = 500;
/**
 * The time before its slot at which a mail is claimed and prepared: if its worker dies after that, nobody knows its
 * result.
 */
const leadMs = 100;
/** The time that a mail that missed its slot may wait for another one after its worker's deadline. */
const graceMs = 1000;
/** Unused rows expire after this long. */
const keptSeconds = hourSeconds;
/**
 * The time in which all senders regain their speed evenly, after SES unexpectedly had no room and they went at half of
 * it.
 */
const regainMs = minuteMs;
const slowestShare = 1 / 16;
/** Refusals within this time count as one. */
const sameLackMs = 1000;
/** An outage goes on as long as refusals are not further apart; throttling, in which most mails leave, not so long. */
const goesOnMs = { provider: 30 * minuteMs, rate: 2 * minuteMs };
/** While the provider takes no mails, one waits for this part of the time for which that goes on. */
const patience = 1 / 4;

// Shapes

/** People wait for codes, then for mails to them alone; an import can wait for both. */
export type Lane = "codes" | "others" | "bulk";
export type ReservedSlot = {
  /** Resolves shortly before the slot, when the mail should be claimed and prepared. */
  near(): Promise<void>;
  /** Ends the booking: unused slots become available to others. */
  end(): void;
} & SendSlot;
export type SendRateLimiter = {
  /**
   * Returns slots for the next mails: one, or a block of bulk mails, at most `uses`. Waits until they are near enough
   * for this lane.
   * @throws MailPostponed if there would be none in time, or the rate is unknown
   */
  reserve(uses: number): Promise<ReservedSlot[]>;
  /**
   * Takes some of what waits, at most `uses`, and returns while each is sent shortly before its slot. Waits until no
   * more than half a block is being sent. `send` handles its errors.
   * @throws MailPostponed as `reserve`
   */
  start<T>(waiting: T[], uses: number, send: (next: T, slot: SendSlot) => Promise<void>): Promise<void>;
  /** Waits for what was started, and reports when the last mails left. */
  close(): Promise<void>;
};

export const noWait: SendSlot = { come: async () => {}, gone: () => {} };

// Failures

export const failures = {
  slowed: failure("conflict", "mail.slowed", "The send rate is already reduced."),
  booked: failure("conflict", "mail.slot_taken", "These slots were just reserved."),
};

// Functions

/**
 * Sends one mail, starting shortly before its slot. A context without a deadline does not wait.
 * @throws MailPostponed if its slot would come too late for this process
 */
export async function within<R>(lane: Lane, send: (slot: SendSlot) => Promise<R>): Promise<R> {
  const { until } = use();
  if (until === undefined) return send(noWait);
  const pace = open(lane, until);
  const [slot] = (await pace.reserve(1)) as [ReservedSlot];
  await slot.near();
  try {
    return await send(slot);
  } finally {
    slot.end();
    await pace.close();
  }
}

/** Books slots until `until`, in ms since 1970, for one worker. */
export function open(lane: Lane, until: number): SendRateLimiter {
  let reports: UseReport[] = [];
  let line: Promise<unknown> = Promise.resolve();

  /** Writes the reports, and takes these tokens. Returns false if others were faster. */
  async function put({ row, tokens, present }: Seen, taken: readonly Taken[] = []): Promise<boolean> {
    SlotTokens.take(tokens, taken);
    // after a lost answer, the name of the write says whether it was this one
    const set = { ...SlotTokens.write(tokens, present), by: randomUUID(), ttl: epoch(keptSeconds) };
    // threat: two workers book the same slots
    const unchanged = when(row ? equal("by", row.by) : lacks("by"), failures.booked);
    return table.change(update(slots, { set }, unchanged)).then(
      () => true,
      (error: unknown) => {
        if (isFailure(error, failures.booked)) return false;
        throw error;
      },
    );
  }

  /** One after the other, so that a worker that reports many late mails does not compete with itself. */
  function take(uses: number, latest: number): Promise<Taken[]> {
    const taken = line.then(() => takeNow(uses, latest));
    line = taken.catch(() => {});
    return taken;
  }

  async function takeNow(uses: number, latest: number): Promise<Taken[]> {
    for (;;) {
      const reported = reports;
      const seen = await look(reported);
      const { present, perSecond } = seen;
      const soonest = choose(seen, Math.min(uses, blockOf(lane, perSecond))).map((one) => ({
        ...one,
        freeAt: one.at + takenMs[lane] + one.restMs,
      }));
      const horizon = Math.min(latest, present + horizonMs[lane]);
      const near = soonest.filter(({ at }) => at <= horizon);
      const isEnough = near.length >= soonest.length;
      if (isEnough || reported.some(({ at }) => at <= present - reportWithinMs)) {
        if (!(await put(seen, isEnough ? near : []))) continue;
        reports = reports.slice(reported.length);
        if (isEnough) return near;
      }
      const lacking = soonest.at(-1) as Taken;
      const mayComeSooner = lane === "bulk" && seen.tokens[lacking.index]?.isOpen;
      const expected = Math.max(present, mayComeSooner ? lacking.at - takenMs.bulk : lacking.at);
      if (expected > latest) throw new MailPostponed("There is no room for this mail now.", { lack: "slot" });
      await pause(Math.min(maxPauseMs, Math.max(minPauseMs, expected - horizonMs[lane] - present)));
    }
  }

  function slotOf(first: Taken): ReservedSlot {
    let mine: Taken | undefined = first;
    let hasCome = false;
    function report(leftAt: number | undefined): void {
      // a single mail that left on time is not worth a write
      const isKnown = lane !== "bulk" && mine && leftAt && leftAt + mine.restMs <= mine.freeAt;
      if (mine && !isKnown) reports = [...reports, { ...mine, leftAt, at: now().getTime() }];
      mine = undefined;
    }
    async function come(): Promise<void> {
      while (mine) {
        // threat: more mails a second than the provider takes
        await reach(mine.at);
        // threat: a missed send slot is used in addition to those of others
        hasCome = now().getTime() <= mine.at + latestMs[lane];
        if (hasCome) return;
        report(undefined);
        [mine] = await take(1, lane === "bulk" ? until + graceMs : until);
      }
      throw new Error("This slot is over.");
    }
    return {
      near: () => reach(first.at - leadMs),
      come,
      gone: () => report(now().getTime() + 1), // the clock rounds down to whole ms
      end: () => report(hasCome ? now().getTime() + 1 : undefined),
    };
  }

  const reserve = async (uses: number) => (await take(uses, until)).map(slotOf);
  const sending = new Set<Promise<void>>();

  async function run(slot: ReservedSlot, send: (slot: SendSlot) => Promise<void>): Promise<void> {
    await slot.near();
    await send(slot);
    slot.end();
  }

  return {
    reserve,
    async start(waiting, uses, send) {
      const block = blockOf(lane, await rate());
      // threat: a worker that dies takes the results of many mails with it
      while (sending.size > block / 2) await Promise.race(sending);
      // threat: a worker claims more mails than it sends at once
      const slots = await reserve(Math.min(uses, block - sending.size));
      for (const [i, next] of waiting.splice(0, slots.length).entries()) {
        const running = run(slots[i] as ReservedSlot, (slot) => send(next, slot)).finally(() =>
          sending.delete(running),
        );
        sending.add(running);
      }
    },
    async close() {
      await Promise.all(sending);
      while (reports.length > 0) {
        const reported = reports;
        if (await put(await look(reported))) reports = reports.slice(reported.length);
      }
    },
  };
}

/** Returns how many mails one worker sends at once: of those it may not live to see the result. */
export async function atOnce(): Promise<number> {
  return blockOf("bulk", await mail.rate().catch(() => 1));
}

/** Slows all senders down if the provider unexpectedly had no room, or is down; a mail waits longer each time. */
export async function react(reason: MailPostponed): Promise<void> {
  if (reason.lack !== "rate" && reason.lack !== "provider") return;
  const lastsMs = now().getTime() - (await slowDown(goesOnMs[reason.lack]));
  // threat: retries come as often the longer an outage lasts
  reason.seconds = Math.ceil((lastsMs * patience) / 1000);
}

/** Returns when the provider last refused mails, if an outage may still go on, and since when one refusal has followed the other. */
export async function refusals(): Promise<{ since: string; at: string } | undefined> {
  const row = await table.get(slowness);
  if (!row || now().getTime() - row.at >= goesOnMs.provider) return undefined;
  const [since, at] = [row.since ?? row.at, row.at].map((ms) => new Date(ms).toISOString()) as [string, string];
  return { since, at };
}

/** Returns since when there has been one refusal after the other. */
async function slowDown(withinMs: number): Promise<number> {
  const row = await table.get(slowness);
  const present = now().getTime();
  const since = row && present - row.at < withinMs ? (row.since ?? row.at) : present;
  // threat: one throttling slows sending down several times
  if (row && present - row.at < sameLackMs) return since;
  // threat: a throttling provider is called on at the same rate
  const share = Math.max(slowestShare, shareOf(row) / 2);
  const unchanged = when(row ? equal("at", row.at) : lacks("at"), failures.slowed);
  const ttl = epoch(goesOnMs.provider / 1000);
  await writeUnless(failures.slowed, update(slowness, { set: { share, at: present, since, ttl } }, unchanged));
  return since;
}

type Taken = SlotTokens.Taken & { at: number };
type UseReport = SlotTokens.Use & { at: number };
type Seen = { row: SendTokensRow | undefined; tokens: SlotTokens.RateToken[]; present: number; perSecond: number };

/** Returns the current tokens, including reported departures. */
async function look(reported: readonly UseReport[]): Promise<Seen> {
  // threat: codes and other mails together are more than the provider takes
  const [[slowed, row], granted] = await Promise.all([table.getMany([slowness, slots]), rate()]);
  const tokens = SlotTokens.read(row);
  SlotTokens.release(tokens, reported);
  return { row, tokens, present: now().getTime(), perSecond: granted * shareOf(slowed) };
}

/** Returns the next tokens, each at its moment; those that have been free for long do not all leave at once. */
function choose({ tokens, present, perSecond }: Seen, uses: number) {
  const { count, restMs } = SlotTokens.tokensAt(perSecond);
  const freeAt = (index: number) => tokens[index]?.freeAt ?? 0;
  const length = Math.min(count, tokens.length + uses); // all after these are free
  const order = Array.from({ length }, (_, index) => index).sort((one, other) => freeAt(one) - freeAt(other));
  return order.slice(0, uses).map((index, i) => {
    return { index, restMs, at: Math.max(freeAt(index), Math.ceil(present + (i * restMs) / count)) };
  });
}

const blockOf = (lane: Lane, perSecond: number) =>
  lane === "bulk" ? Math.max(1, Math.floor((perSecond * blockMs) / 1000)) : 1;

async function reach(moment: number): Promise<void> {
  const waitMs = moment - now().getTime();
  if (waitMs > 0) await pause(waitMs);
}

const slots = rateKeys.sendTokens();
const slowness = rateKeys.slowness();

function shareOf(row: SlownessRow | undefined): number {
  if (!row) return 1;
  return Math.min(1, row.share + (now().getTime() - row.at) / regainMs);
}

const rate = () =>
  mail.rate().catch(async (error: unknown) => {
    const reason = new MailPostponed("The send rate of the provider is unknown.", { lack: "provider", cause: error });
    await react(reason);
    throw reason;
  });
