import { epoch, now, table } from "../kernel/ports.ts";
import { type Key, update } from "../table/table.ts";
import { rateKeys } from "./keys.ts";
import type { MailOutcomesRow } from "./row.ts";

/** Outcomes of the mails of an organization or an account, or of codes, counted by periods of one length. */

type Sender = Parameters<typeof rateKeys.mailOutcomes>[0];
type Problem = "bounced" | "complained";
/** The length of a period, and for how long its outcomes are kept. */
export type Periods = { seconds: number; keptSeconds: number };
/** From so many on, it is too many if they are a larger share of all that arrived or bounced. */
export type TooMany = { least: number; share: number };

/**
 * Counts what happened to a mail, in the period of an instant. Returns the outcomes of that period.
 * @param at in ms since 1970
 */
export function count(
  sender: Sender,
  outcome: "delivered" | Problem,
  { seconds, keptSeconds }: Periods,
  at = now().getTime(),
): Promise<MailOutcomesRow> {
  const key = rateKeys.mailOutcomes(sender, periodOf(seconds, at));
  return table.change(update(key, { add: { [outcome]: 1 }, set: { ttl: epoch(keptSeconds) } }));
}

/** Returns the keys of the outcomes of this period and the last, of which there may still be some. */
export function keysOf(sender: Sender, { seconds }: Periods): Key<MailOutcomesRow>[] {
  const period = periodOf(seconds, now().getTime());
  // threat: codes to strangers stay slowed forever
  return [period, period - 1].map((one) => rateKeys.mailOutcomes(sender, one));
}

export function isTooMany(
  rows: readonly (MailOutcomesRow | undefined)[],
  problem: Problem,
  { least, share }: TooMany,
): boolean {
  const sum = (outcome: "delivered" | Problem) => rows.reduce((all, row) => all + (row?.[outcome] ?? 0), 0);
  const number = sum(problem);
  // threat: an organization whose emails bounce goes on until the provider stops all
  // threat: ten bounces of thousands stop an organization
  // threat: a few bounces of a busy network slow its codes
  return number >= least && number > share * (sum("delivered") + sum("bounced"));
}

const periodOf = (seconds: number, at: number) => Math.floor(at / 1000 / seconds);
