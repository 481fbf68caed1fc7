import { use } from "../kernel/context.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { epoch, mail, now, pause, table } from "../kernel/ports.ts";
import * as Limit from "../limit/limit.ts";
import { Keys } from "../table/keys.ts";
import { equal, type Item, lacks, update, when } from "../table/table.ts";
import { MailPostponed } from "./error.ts";

/** So many turns of a second lie a little more than a second apart, so that none holds more, also when one is late. */
const usedShare = 0.99;
/** A mail that is later than this has missed its turn. */
const latestMs = 8;
/**
 * So far ahead a lane may book. A shorter one comes after all that book further ahead: it finds room only where these
 * leave some. So a code waits for what is booked at most, which is a second's worth.
 */
const horizonMs = { codes: Number.POSITIVE_INFINITY, others: 1000, bulk: 500 };
/** Who has many mails books so many ms' worth of turns at once: the row of the turns bears few writes. */
const blockMs = 125;
/** A mail is claimed and written so long before its turn. */
const leadMs = 150;
/** When SES had no room after all, all go at half the speed, and regain it evenly. */
const regainMs = 60_000;
const slowestShare = 1 / 16;
/** Within it, many are told of the same lack. */
const sameLackMs = 1000;

// Shapes

/** People wait for codes, then for what concerns them alone; an import can wait for both. */
export type Lane = "codes" | "others" | "bulk";
/** Waits for the moment in which the mail may leave. */
export type Turn = () => Promise<void>;

// Failures

export const failures = { slowed: failure("conflict", "mail.slowed", "Others have slowed down already.") };

// Functions

/**
 * A turn for one mail, shortly before it comes. A context without an end waits for none.
 * @throws MailPostponed when it would come too late for this process
 */
export async function turn(lane: Lane): Promise<Turn> {
  const { until } = use();
  if (until === undefined) return async () => {};
  const [at = 0] = await book(lane, { uses: 1, until });
  return approach(lane, at, until);
}

/** A booked turn, shortly before it comes. */
export async function approach(lane: Lane, at: number, until: number): Promise<Turn> {
  await reach(at - leadMs);
  return () => keep(lane, at, until);
}

/**
 * When the next mails may leave, in ms since 1970: at least one, and as many of them as are near enough for this lane.
 * Waits until there are some.
 * @throws MailPostponed when there would be none before `until`, or nobody knows the rate
 */
export async function book(lane: Lane, { uses, until }: { uses: number; until: number }): Promise<number[]> {
  for (;;) {
    const perSecond = usedShare * (await speed());
    const atLeast = lane === "bulk" ? Math.min(uses, Math.ceil((perSecond * blockMs) / 1000)) : 1;
    const horizon = Math.min(until, now().getTime() + horizonMs[lane]);
    const { at, lackingMs } = await Limit.book("mails", "all", { uses, perSecond, until: horizon, atLeast });
    if (at.length > 0) return at;
    if (horizon + lackingMs > until) throw new MailPostponed("There is no room for this mail now.", { lack: "turn" });
    await pause(lackingMs);
  }
}

/** The provider had no room after all: everybody goes slower for a while. */
export async function slow(): Promise<void> {
  const row = await table.get(slowness);
  const present = now().getTime();
  if (row && present - Number(row.at) < sameLackMs) return;
  const share = Math.max(slowestShare, shareOf(row) / 2);
  const unchanged = when(row ? equal("at", Number(row.at)) : lacks("at"), failures.slowed);
  const ttl = epoch(2 * (regainMs / 1000));
  await table.write(update(slowness, { set: { share, at: present, ttl } }, unchanged)).catch((error: unknown) => {
    if (!isFailure(error, failures.slowed)) throw error;
  });
}

/** A turn that was missed is gone: used later, it would share its second with those of others. */
async function keep(lane: Lane, at: number, until: number): Promise<void> {
  await reach(at);
  if (now().getTime() - at <= latestMs) return;
  const [next = 0] = await book(lane, { uses: 1, until });
  await keep(lane, next, until);
}

async function reach(moment: number): Promise<void> {
  const waitMs = moment - now().getTime();
  if (waitMs > 0) await pause(waitMs);
}

/** How many mails a second leave at present. */
async function speed(): Promise<number> {
  const [perSecond, row] = await Promise.all([rate(), table.get(slowness)]);
  return perSecond * shareOf(row);
}

const slowness = Keys.limit("mails", "slowness", 0);

function shareOf(row: Item | undefined): number {
  if (!row) return 1;
  return Math.min(1, Number(row.share) + (now().getTime() - Number(row.at)) / regainMs);
}

const rate = () =>
  mail.rate().catch((error: unknown) => {
    throw new MailPostponed("Nobody knows how many mails the provider takes now.", { cause: error });
  });
