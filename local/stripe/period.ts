const daySeconds = 86_400;

export type Recurring = {
  interval: string;
  interval_count: number;
};

export type Period = {
  /** In seconds. */
  start: number;
  end: number;
};

/**
 * Returns the period of a subscription at an instant. Each is counted from the anchor, so that the 31st comes back
 * after February.
 */
export function periodAt(anchor: number, recurring: Recurring, instant: number): Period {
  let number = 0;
  while (after(anchor, recurring, number + 1) <= instant) number++;
  return { start: after(anchor, recurring, number), end: after(anchor, recurring, number + 1) };
}

/** Returns the end of the n-th period from an anchor. */
export function after(anchor: number, { interval, interval_count }: Recurring, periods: number): number {
  const count = interval_count * periods;
  if (interval === "day") return anchor + count * daySeconds;
  if (interval === "week") return anchor + count * 7 * daySeconds;
  return addMonths(anchor, interval === "year" ? count * 12 : count);
}

/**
 * Returns the price of a part of a period, rounded to the nearest minor unit, halves up. Exact for every amount that
 * Stripe accepts.
 */
export function prorate(amount: number, seconds: number, ofSeconds: number): number {
  const [whole, part] = [BigInt(ofSeconds), BigInt(amount) * BigInt(seconds)];
  return Number((2n * part + whole) / (2n * whole));
}

function addMonths(instant: number, months: number): number {
  const from = new Date(instant * 1_000);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const date = Math.min(from.getUTCDate(), days);
  return Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), date) / 1_000 + (instant % daySeconds);
}
