import { isIPv6 } from "node:net";
import { type Failure, failure, isFailure } from "../base/failure.ts";
import { type Allowance, provide, use } from "../kernel/context.ts";
import { limitFactor, now, settings, table } from "../kernel/ports.ts";
import { all, any, atMost, type Key, lacks, type Update, update, when } from "../table/table.ts";
import { limitKeys } from "./keys.ts";
import type { RequestLimitName } from "./limits.ts";
import type { Counter, CountRow } from "./row.ts";

export const failures = {
  limited: failure("rate", "rate.limited", "Too many requests. Try again later."),
};

/**
 * At most `quota` uses per window of `windowSeconds`. Windows begin at multiples of their length. With a `name`, an
 * operator can set the quota.
 */
export type Window = { name?: RequestLimitName; quota: number; windowSeconds: number };

/**
 * Counts one use by `who` in every window at once, in one conditional update, before the use is granted. Returns a
 * function that gives the use back.
 * @throws rate.limited with the seconds after which it may work again
 */
export function take(name: string, who: string, ...windows: Window[]): Promise<() => Promise<void>> {
  return takeMany(1, name, who, ...windows);
}

/** Counts several uses at once, all or none of them, at least one. @throws rate.limited */
export async function takeMany(
  uses: number,
  name: string,
  who: string,
  ...windows: Window[]
): Promise<() => Promise<void>> {
  const seconds = Math.floor(now().getTime() / 1000);
  const widestSeconds = Math.max(...windows.map((window) => window.windowSeconds));
  const period = Math.floor(seconds / widestSeconds);
  const counters = windows.map((window) => ({
    windowSeconds: window.windowSeconds,
    quota: quotaOf(window),
    attribute: attributeOf(window, seconds),
  }));
  const key = limitKeys.limit(name, who, period);
  const step = update(
    key,
    {
      // threat: a limit counts one window only
      add: Object.fromEntries(counters.map(({ attribute }) => [attribute, uses])),
      set: { ttl: (period + 2) * widestSeconds },
    },
    when(
      all(...counters.map(({ attribute, quota }) => isLeft(uses, attribute, quota))),
      (found: CountRow | undefined) => {
        const spent = counters.filter(({ attribute, quota }) => (found?.[attribute] ?? 0) + uses > quota);
        for (const one of spent) note(name, one, 0, seconds);
        return failures.limited({ retryAfterSeconds: Math.max(1, ...spent.map((one) => resetSeconds(one, seconds))) });
      },
    ),
  );
  const counted = await table.change(step);
  for (const one of counters) note(name, one, one.quota - (counted[one.attribute] ?? 0), seconds);
  return () =>
    // threat: a mail that was not sent is counted
    table.write(update(key, { add: Object.fromEntries(counters.map(({ attribute }) => [attribute, -uses])) }));
}

/** The counter of one window, for writes that count in themselves. */
export type WindowCounter = {
  key: Key<CountRow>;
  /** How many uses are left, given its row. */
  left: (row: CountRow | undefined) => number;
  /** Returns the step that counts uses, all or none of them. */
  take: (uses: number, otherwise: () => Failure) => Update;
  giveBack: (uses: number) => Update;
};

/** @param at an instant of the window, in ms since 1970 */
export function counterOf(name: string, who: string, window: Window, at = now().getTime()): WindowCounter {
  const { windowSeconds } = window;
  const seconds = Math.floor(at / 1000);
  const period = Math.floor(seconds / windowSeconds);
  const [key, attribute] = [limitKeys.limit(name, who, period), attributeOf(window, seconds)];
  const quota = quotaOf(window);
  const ttl = (period + 2) * windowSeconds;
  return {
    key,
    left: (row) => quota - (row?.[attribute] ?? 0),
    take: (uses, otherwise) =>
      // threat: at once an account sends more than its limit
      update(key, { add: { [attribute]: uses }, set: { ttl } }, when(isLeft(uses, attribute, quota), otherwise)),
    giveBack: (uses) => update(key, { add: { [attribute]: -uses }, set: { ttl } }),
  };
}

/** Counts one use that the answer does not tell about: what remains would say what others did. @throws rate.limited */
export const takeUntold: typeof take = (...all) => {
  const { allowances: _allowances, ...rest } = use();
  return provide(rest, () => take(...all));
};

/** Counts as many of several uses as are left in the window, and returns how many, which may be none. */
export async function takeSome(uses: number, name: string, who: string, window: Window): Promise<number> {
  let wanted = uses;
  while (wanted > 0) {
    try {
      await takeMany(wanted, name, who, window);
      break;
    } catch (error) {
      if (!isFailure(error, failures.limited)) throw error;
      // another process may take what this read finds
      // threat: a text that mentions more than are left notifies nobody
      wanted = Math.min(wanted - 1, await leftIn(window, name, who));
    }
  }
  return Math.max(0, wanted);
}

async function leftIn(window: Window, name: string, who: string): Promise<number> {
  const seconds = Math.floor(now().getTime() / 1000);
  const row = await table.get(limitKeys.limit(name, who, Math.floor(seconds / window.windowSeconds)));
  return quotaOf(window) - (row?.[attributeOf(window, seconds)] ?? 0);
}

/** Returns the larger network of an address, which one office or one provider's customer has: /24, or /48 of IPv6. */
export function wideNetwork(ip: string): string {
  const narrow = network(ip);
  const parts = narrow.split(/[.:]/).slice(0, 3);
  return narrow.includes(":") ? `${parts.join(":")}::/48` : `${parts.join(".")}.0/24`;
}

/** Returns the part of an address that belongs to one party: all of IPv4, the first 64 bits of IPv6. */
export function network(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const groups = groupsOf(ip);
  const [high = 0, low = 0] = groups.slice(6);
  const isMapped = groups.slice(0, 6).join() === "0,0,0,0,0,65535";
  if (isMapped) return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  // threat: one party has as many limits as IPv6 addresses
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":")}::/64`;
}

/**
 * Returns the eight numbers of an IPv6 address. A URL writes each address in one way, the last 32 bits as two numbers.
 */
function groupsOf(ip: string): number[] {
  const canonical = new URL(`http://[${ip.replace(/%.*$/, "")}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}

// threat: a local run has the limits of a deployment, and the story by curl ends at its eleventh run
// threat: an operator's limit of sign-in codes is ignored
const quotaOf = ({ name, quota }: Window) => ((name && settings().requestLimits?.[name]) ?? quota) * limitFactor();

const attributeOf = ({ windowSeconds }: Window, seconds: number): Counter =>
  `w${windowSeconds}_${Math.floor(seconds / windowSeconds)}`;

const isLeft = (uses: number, attribute: Counter, quota: number) =>
  // threat: a limit is not a limit
  // threat: a first use of more than the quota is granted
  any(...(uses <= quota ? [lacks(attribute)] : []), atMost(attribute, quota - uses));

const resetSeconds = ({ windowSeconds }: Window, seconds: number) => windowSeconds - (seconds % windowSeconds);

function note(name: string, window: Window, remaining: number, seconds: number) {
  const allowance: Allowance = { name, ...pickWindow(window), remaining, resetSeconds: resetSeconds(window, seconds) };
  use().allowances?.push(allowance);
}

const pickWindow = ({ quota, windowSeconds }: Window) => ({ quota, windowSeconds });
