import type { Mirror } from "./row.ts";

/** What a card does that cannot be used for long. */
export const expiries = ["soon", "expired"] as const;
/** This month and the next two. */
const soonMonths = 2;

/** Returns whether a card has expired, or will soon. It can be used until the end of its last month. */
export function expiryOf(
  { expires }: NonNullable<Mirror["method"]>,
  at: string,
): { expiry?: (typeof expiries)[number] } {
  if (expires === undefined) return {};
  const left = monthOf(expires) - monthOf(at);
  // threat: an expired card looks valid
  if (left < 0) return { expiry: "expired" };
  // threat: a card that expires soon looks valid
  return left <= soonMonths ? { expiry: "soon" } : {};
}

const monthOf = (at: string) => Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7));
