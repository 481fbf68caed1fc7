import { randomUUID } from "node:crypto";
import { hourSeconds, minuteMs } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import { use } from "../kernel/context.ts";
import { epoch, mail, now, pause, type SendSlot, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { equal, lacks, update, when } from "../table/table.ts";
import { MailPostponed } from "./error.ts";
import * as RateToken from "./rate-token.ts";
import type { SendTokensRow, SlownessRow } from "./row.ts";

/**
 * So far ahead a lane may book. A shorter one comes after all that book further ahead: it finds room only where these
 * leave some. So a code waits for what is booked at most, which is a second's worth.
 */
const horizonMs = { codes: 30_000, others: 1000, bulk: 500 };
/** A mail may leave so much later than its slot. */
const latestMs = { codes: 30, others: 30, bulk: 750 };
/** A token is taken for so long, unless it is told when its mail left: time enough for a process that stands still. */
const takenMs = { codes: 40, others: 40, bulk: 2000 };
/** Who has many mails books so many ms' worth of slots at once: the row of the tokens bears few writes. */
const blockMs = 125;
/** When mails left is told with the next booking, or after so long. */
const toldMs = 100;
const minPauseMs = 40;
const maxPauseMs = 500;
/** A mail is claimed and written so long before its slot. */
const leadMs = 250;
/** A mail that missed its slot has so long for another when the time of its worker is over. */
const graceMs = 1000;
/** Rows of the table that nobody needs any more go after so long. */
const keptSeconds = hourSeconds;
/** When SES had no room after all, all go at half the speed, and regain it evenly. */
const regainMs = minuteMs;
const slowestShare = 1 / 16;
/** Within it, many are told of the same lack. */
const sameLackMs = 1000;

// Shapes

/** People wait for codes, then for what concerns them alone; an import can wait for both. */
export type Lane = "codes" | "others" | "bulk";
export type ReservedSlot = {
  /** Resolves shortly before the slot, when the mail is to be claimed and made ready. */
  near(): Promise<void>;
  /** Nothing leaves in it any more: what was not used, others may use. */
  end(): void;
} & SendSlot;
export type SendRateLimiter = {
  /**
   * Turns for the next mails: at least one, and as many as are near enough for this lane. Waits until there are some.
   * @throws MailPostponed when there would be none in time, or nobody knows the rate
   */
  reserve(uses: number): Promise<ReservedSlot[]>;
  /** Tells when the last mails left. */
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
 * Has one mail sent, from shortly before its slot. A context without an end waits for none.
 * @throws MailPostponed when its slot would come too late for this process
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
  let told: Told[] = [];
  let line: Promise<unknown> = Promise.resolve();

  /** Writes what is told, and takes these tokens; false when others were faster. */
  async function put({ row, tokens, present }: Seen, taken: readonly Taken[] = []): Promise<boolean> {
    RateToken.take(tokens, taken);
    // the name of the writing tells after a lost answer whether it was this one
    const set = { ...RateToken.write(tokens, present), by: randomUUID(), ttl: epoch(keptSeconds) };
    const unchanged = when(row ? equal("by", row.by) : lacks("by"), failures.booked);
    return table.change(update(slots, { set }, unchanged)).then(
      () => true,
      (error: unknown) => {
        if (isFailure(error, failures.booked)) return false;
        throw error;
      },
    );
  }

  /** One after the other, so that a worker that was late with many mails does not compete with itself. */
  function take(uses: number, latest: number): Promise<Taken[]> {
    const taken = line.then(() => takeNow(uses, latest));
    line = taken.catch(() => {});
    return taken;
  }

  async function takeNow(uses: number, latest: number): Promise<Taken[]> {
    for (;;) {
      const telling = told;
      const seen = await look(telling);
      const { present, perSecond } = seen;
      const soonest = choose(seen, uses).map((one) => ({ ...one, freeAt: one.at + takenMs[lane] + one.restMs }));
      const horizon = Math.min(latest, present + horizonMs[lane]);
      const near = soonest.filter(({ at }) => at <= horizon);
      const least = lane === "bulk" ? Math.min(soonest.length, Math.ceil((perSecond * blockMs) / 1000)) : 1;
      const isEnough = near.length >= least;
      if (isEnough || telling.some(({ at }) => at <= present - toldMs)) {
        if (!(await put(seen, isEnough ? near : []))) continue;
        told = told.slice(telling.length);
        if (isEnough) return near;
      }
      const lacking = soonest[least - 1] as Taken;
      const mayComeSooner = lane === "bulk" && seen.tokens[lacking.index]?.isOpen;
      const expected = Math.max(present, mayComeSooner ? lacking.at - takenMs.bulk : lacking.at);
      if (expected > latest) throw new MailPostponed("There is no room for this mail now.", { lack: "slot" });
      await pause(Math.min(maxPauseMs, Math.max(minPauseMs, expected - horizonMs[lane] - present)));
    }
  }

  function slotOf(first: Taken): ReservedSlot {
    let mine: Taken | undefined = first;
    let hasCome = false;
    function tell(leftAt: number | undefined): void {
      // a single mail that was punctual is not worth a write
      const isKnown = lane !== "bulk" && mine && leftAt && leftAt + mine.restMs <= mine.freeAt;
      if (mine && !isKnown) told = [...told, { ...mine, leftAt, at: now().getTime() }];
      mine = undefined;
    }
    async function come(): Promise<void> {
      while (mine) {
        await reach(mine.at);
        hasCome = now().getTime() <= mine.at + latestMs[lane];
        if (hasCome) return;
        tell(undefined);
        [mine] = await take(1, lane === "bulk" ? until + graceMs : until);
      }
      throw new Error("This slot is over.");
    }
    return {
      near: () => reach(first.at - leadMs),
      come,
      gone: () => tell(now().getTime() + 1), // the clock leaves out what is less than a ms
      end: () => tell(hasCome ? now().getTime() + 1 : undefined),
    };
  }

  return {
    reserve: async (uses) => (await take(uses, until)).map(slotOf),
    async close() {
      while (told.length > 0) {
        const telling = told;
        if (await put(await look(telling))) told = told.slice(telling.length);
      }
    },
  };
}

/** The provider had no room after all: everybody goes slower for a while. */
export async function slowDown(): Promise<void> {
  const row = await table.get(slowness);
  const present = now().getTime();
  if (row && present - row.at < sameLackMs) return;
  const share = Math.max(slowestShare, shareOf(row) / 2);
  const unchanged = when(row ? equal("at", row.at) : lacks("at"), failures.slowed);
  const ttl = epoch(2 * (regainMs / 1000));
  await table.write(update(slowness, { set: { share, at: present, ttl } }, unchanged)).catch((error: unknown) => {
    if (!isFailure(error, failures.slowed)) throw error;
  });
}

type Taken = RateToken.Taken & { at: number };
type Told = RateToken.Use & { at: number };
type Seen = { row: SendTokensRow | undefined; tokens: RateToken.RateToken[]; present: number; perSecond: number };

/** The tokens as they stand, with what is told of them. */
async function look(telling: readonly Told[]): Promise<Seen> {
  const [[slowed, row], granted] = await Promise.all([table.getMany([slowness, slots]), rate()]);
  const tokens = RateToken.read(row);
  RateToken.release(tokens, telling);
  return { row, tokens, present: now().getTime(), perSecond: granted * shareOf(slowed) };
}

/** Those that come next, each at its moment; those that have been free for long do not leave all at once. */
function choose({ tokens, present, perSecond }: Seen, uses: number) {
  const { count, restMs } = RateToken.tokensAt(perSecond);
  const freeAt = (index: number) => tokens[index]?.freeAt ?? 0;
  const length = Math.min(count, tokens.length + uses); // all beyond are free
  const order = Array.from({ length }, (_, index) => index).sort((one, other) => freeAt(one) - freeAt(other));
  return order.slice(0, uses).map((index, i) => {
    return { index, restMs, at: Math.max(freeAt(index), Math.ceil(present + (i * restMs) / count)) };
  });
}

async function reach(moment: number): Promise<void> {
  const waitMs = moment - now().getTime();
  if (waitMs > 0) await pause(waitMs);
}

const slots = Keys.sendTokens();
const slowness = Keys.slowness();

function shareOf(row: SlownessRow | undefined): number {
  if (!row) return 1;
  return Math.min(1, row.share + (now().getTime() - row.at) / regainMs);
}

const rate = () =>
  mail.rate().catch((error: unknown) => {
    throw new MailPostponed("Nobody knows how many mails the provider takes now.", { cause: error });
  });
