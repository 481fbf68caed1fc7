import { type Failure, failure, isFailure } from "../base/failure.ts";
import type { Member } from "../kernel/actor.ts";
import { type Allowance, provide, use } from "../kernel/context.ts";
import { limitFactor, now, settings, table } from "../kernel/ports.ts";
import { all, any, atMost, type Key, lacks, type Update, update, when } from "../table/table.ts";
import { rateKeys } from "./keys.ts";
import * as Limits from "./limits.ts";
import { type Limit, uncountedReads, type Window } from "./limits.ts";
import type { Counter, CountRow } from "./row.ts";

export const failures = {
  limited: failure("rate", "rate.limited", "Too many requests. Try again later."),
};

/** The counters of a limit in its windows of one moment, for writes that count in themselves. */
export type WindowCounters = {
  key: Key<CountRow>;
  windows: readonly (Window & { attribute: Counter })[];
  /** Returns how many uses are left, given their row. */
  left: (row: CountRow | undefined) => number;
  /** Returns the step that counts uses in all windows, all or none of them. */
  take: (uses: number, otherwise: (found: CountRow | undefined) => Failure) => Update<CountRow>;
  giveBack: (uses: number) => Update;
};

/**
 * Windows begin at multiples of their length.
 * @param at an instant of them, in ms since 1970
 */
export function countersOf(limit: Pick<Limit, "name" | "windows">, who: string, at = now().getTime()): WindowCounters {
  const seconds = Math.floor(at / 1000);
  const widestSeconds = Math.max(...limit.windows.map((window) => window.windowSeconds));
  const period = Math.floor(seconds / widestSeconds);
  const key = rateKeys.limit(limit.name, who, period);
  const windows = limit.windows.map((window) => ({
    windowSeconds: window.windowSeconds,
    quota: quotaOf(window),
    attribute: attributeOf(window, seconds),
  }));
  const change = (uses: number) => ({
    // threat: a limit counts one window only
    add: Object.fromEntries(windows.map(({ attribute }) => [attribute, uses])),
    set: { ttl: (period + 2) * widestSeconds },
  });
  return {
    key,
    windows,
    left: (row) => Math.min(...windows.map(({ attribute, quota }) => quota - (row?.[attribute] ?? 0))),
    take: (uses, otherwise) =>
      // threat: at once an account sends more than its limit
      update(key, change(uses), when(all(...windows.map((window) => isLeft(uses, window))), otherwise)),
    giveBack: (uses) => update(key, change(-uses)),
  };
}

/**
 * Counts one use by `who` in every window of a limit at once, in one conditional update, before the use is granted.
 * Returns a function that gives the use back.
 * @throws rate.limited with the seconds after which it may work again
 */
export const take = (limit: Limit, who: string): Promise<() => Promise<void>> => takeMany(1, limit, who);

/** Counts several uses at once, all or none of them, at least one. @throws rate.limited */
export async function takeMany(uses: number, limit: Limit, who: string): Promise<() => Promise<void>> {
  const at = now().getTime();
  const seconds = Math.floor(at / 1000);
  const counters = countersOf(limit, who, at);
  const step = counters.take(uses, (found) => {
    const spent = counters.windows.filter(({ attribute, quota }) => (found?.[attribute] ?? 0) + uses > quota);
    for (const one of spent) note(limit.name, one, 0, seconds);
    return failures.limited({ retryAfterSeconds: Math.max(1, ...spent.map((one) => resetSeconds(one, seconds))) });
  });
  const counted = await table.change(step);
  for (const one of counters.windows) note(limit.name, one, one.quota - (counted[one.attribute] ?? 0), seconds);
  // threat: a mail that was not sent is counted
  return () => table.write(counters.giveBack(uses));
}

/** Counts one use that the answer does not tell about: what remains would say what others did. @throws rate.limited */
export const takeUntold: typeof take = (...all) => {
  const { allowances: _allowances, ...rest } = use();
  return provide(rest, () => take(...all));
};

/** Counts as many of several uses as are left, and returns how many, which may be none. */
export async function takeSome(uses: number, limit: Limit, who: string): Promise<number> {
  let wanted = uses;
  while (wanted > 0) {
    try {
      await takeMany(wanted, limit, who);
      break;
    } catch (error) {
      if (!isFailure(error, failures.limited)) throw error;
      const { key, left } = countersOf(limit, who);
      // another process may take what this read finds
      // threat: a text that mentions more than are left notifies nobody
      wanted = Math.min(wanted - 1, left(await table.get(key)));
    }
  }
  return Math.max(0, wanted);
}

/**
 * Returns after how many seconds one more use fits into the windows that end then, given the instants of those before;
 * 0 if it does now.
 */
export function slidingWaitSeconds({ windows }: Pick<Limit, "windows">, instants: readonly string[]): number {
  const present = now().getTime();
  for (const { quota, windowSeconds } of windows) {
    const ends = instants.map((at) => Date.parse(at) + windowSeconds * 1000).filter((end) => end > present);
    // within the quota once this one is no longer
    const end = ends.at(-quota);
    if (end) return Math.ceil((end - present) / 1000);
  }
  return 0;
}

/**
 * Counts the read units of a request against the budget of its account, before it reads. A request that reads few is
 * not counted. @throws rate.limited
 */
export async function takeReads(units: number, { account }: Pick<Member, "account">): Promise<void> {
  // threat: one account reads many rows as often as it likes
  // threat: reviewing 100 people counts as one read
  if (isCounted(units)) await takeMany(units, Limits.reads, account);
}

// threat: every request that reads few rows costs a write
export const isCounted = (units: number): boolean => units > uncountedReads;

// threat: a local run has the limits of a deployment, and the story by curl ends at its eleventh run
// threat: an operator's limit of sign-in codes is ignored
const quotaOf = ({ configured, quota }: Window) =>
  ((configured && settings().requestLimits?.[configured]) ?? quota) * limitFactor();

const attributeOf = ({ windowSeconds }: Window, seconds: number): Counter =>
  `w${windowSeconds}_${Math.floor(seconds / windowSeconds)}`;

const isLeft = (uses: number, { attribute, quota }: WindowCounters["windows"][number]) =>
  // threat: a limit is not a limit
  // threat: a first use of more than the quota is granted
  any(...(uses <= quota ? [lacks(attribute)] : []), atMost(attribute, quota - uses));

const resetSeconds = ({ windowSeconds }: Window, seconds: number) => windowSeconds - (seconds % windowSeconds);

function note(name: string, window: Window, remaining: number, seconds: number) {
  const allowance: Allowance = { name, ...pickWindow(window), remaining, resetSeconds: resetSeconds(window, seconds) };
  use().allowances?.push(allowance);
}

const pickWindow = ({ quota, windowSeconds }: Window) => ({ quota, windowSeconds });
