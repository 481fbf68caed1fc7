import { type Account, day } from "./account.ts";
import { tooMany } from "./refusal.ts";

type Window = {
  quota: number;
  seconds: number;
};

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
      throw tooMany(`Request rate limit exceeded: ${what} allows ${quota} in ${seconds} seconds.`);
    }
  }
  state.counted.set(what, [...counted, now()]);
}
