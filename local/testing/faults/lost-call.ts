import { type Stripe, StripeError } from "@muster/core/kernel/stripe-port.ts";

/**
 * The ways in which one call of Stripe fails: it is not made, or its answer is lost; Stripe fails before or after it
 * was made; it is refused, or too many.
 */
export const losses = {
  "lost before": { error: "lost", isMade: false },
  "lost after": { error: "lost", isMade: true },
  "failed before": { error: "failed", isMade: false },
  "failed after": { error: "failed", isMade: true },
  refused: { error: "refused", isMade: false },
  unavailable: { error: "busy", isMade: false },
} as const;
export type Loss = keyof typeof losses;

/** Stripe, whose n-th call fails in this way, the first being 1. All others succeed. */
export function losing(
  port: Stripe,
  at: number,
  loss: Loss,
): { port: Stripe; lost: () => string | undefined; calls: () => number } {
  const { error, isMade } = losses[loss];
  let calls = 0;
  let lost: string | undefined;
  const each = Object.entries(port) as [string, (...all: unknown[]) => Promise<unknown>][];
  const wrapped = each.map(([name, run]) => {
    const call = async (...all: unknown[]) => {
      // nothing is sent to find out whether the configuration is usable
      if (name === "ready" || ++calls !== at) return run(...all);
      lost = name;
      if (isMade) await run(...all);
      throw new StripeError(error, "Lost.", {});
    };
    return [name, call];
  });
  return { port: Object.fromEntries(wrapped) as Stripe, lost: () => lost, calls: () => calls };
}
