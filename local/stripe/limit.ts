import { type Account, day } from "./account.ts";
import { tooMany } from "./refusal.ts";

type Window = {
  quota: number;
  seconds: number;
};

/** Requests that an account may make in a second: in all, and of one operation, such as `subscriptions.update`. */
export type Rates = { global: number; endpoint: number };

/** https://docs.stripe.com/rate-limits#rate-limits: of an account in live mode. */
export const liveRates: Rates = { global: 100, endpoint: 25 };

/** The rule that makes a request one too many: https://docs.stripe.com/rate-limits#handling-limiting-gracefully */
export type Reason = "global-rate" | "endpoint-rate" | "resource-specific";

/** Counts requests by a clock in seconds. Returns what takes one, and says why it is one too many. */
export function openRates({ global, endpoint }: Rates, now: () => number): (call: string) => Reason | undefined {
  let second = now();
  let counts = new Map<string, number>();
  const isOver = (what: string, quota: number) => {
    const count = (counts.get(what) ?? 0) + 1;
    counts.set(what, count);
    return count > quota;
  };
  return (call) => {
    if (now() !== second) {
      second = now();
      counts = new Map();
    }
    const reasons = [isOver("", global) && "global-rate", isOver(call, endpoint) && "endpoint-rate"] as const;
    return reasons.find((reason) => reason !== false);
  };
}

/** https://docs.stripe.com/rate-limits: the limits of one subscription. */
export const invoicesOfSubscription: Window[] = [
  { quota: 10, seconds: 60 },
  { quota: 20, seconds: day },
];
export const quantityUpdates: Window[] = [{ quota: 200, seconds: 3_600 }];

/**
 * Counts one, by the clock of the account.
 * @throws Refusal 429
 */
export function spend({ state, now }: Account, what: string, windows: Window[]): void {
  const longest = Math.max(...windows.map(({ seconds }) => seconds));
  const counted = (state.counted.get(what) ?? []).filter((at) => at > now() - longest);
  for (const { quota, seconds } of windows) {
    if (counted.filter((at) => at > now() - seconds).length >= quota) {
      throw tooMany(`Request rate limit exceeded: ${what} allows ${quota} in ${seconds} seconds.`, "resource-specific");
    }
  }
  state.counted.set(what, [...counted, now()]);
}
