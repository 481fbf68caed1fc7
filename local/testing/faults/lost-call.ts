import { type Stripe, StripeError } from "@muster/core/kernel/stripe-port.ts";

/**
 * How one call of Stripe fails: it is not made, or its answer is lost; Stripe fails before or after it was made; it is
 * refused, or too many.
 */
export const losses = {
  "lost before": { trouble: "lost", isMade: false },
  "lost after": { trouble: "lost", isMade: true },
  "failed before": { trouble: "failed", isMade: false },
  "failed after": { trouble: "failed", isMade: true },
  refused: { trouble: "refused", isMade: false },
  unavailable: { trouble: "busy", isMade: false },
} as const;
export type Loss = keyof typeof losses;

/** Stripe, whose n-th call fails in this way, the first being 1. All others succeed. */
export function losing(
  port: Stripe,
  at: number,
  loss: Loss,
): { port: Stripe; lost: () => string | undefined; calls: () => number } {
  const { trouble, isMade } = losses[loss];
  let calls = 0;
  let lost: string | undefined;
  const each = Object.entries(port) as [string, (...all: unknown[]) => Promise<unknown>][];
  const wrapped = each.map(([name, run]) => {
    const call = async (...all: unknown[]) => {
      // nothing is sent to find out whether the configuration is usable
      if (name === "ready" || ++calls !== at) return run(...all);
      lost = name;
      if (isMade) await run(...all);
      throw new StripeError(trouble, "Lost.", {});
    };
    return [name, call];
  });
  return { port: Object.fromEntries(wrapped) as Stripe, lost: () => lost, calls: () => calls };
}
