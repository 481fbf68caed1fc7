import { stripeOf } from "@muster/core/billing/stripe.ts";
import type { Ports } from "@muster/core/kernel/ports.ts";
import { config, type Secrets } from "./config.ts";

/** The port of Stripe for `boot`; none where the secrets have no key, and then no seats are sold. */
export function till({ stripe }: Pick<Secrets, "stripe">): Pick<Partial<Ports>, "stripe"> {
  const { MUSTER_PLANS: plans, MUSTER_STRIPE_URL: url } = config(["MUSTER_PLANS", "MUSTER_STRIPE_URL"]);
  if (stripe) return { stripe: stripeOf(stripe.key, url ? standIn(new URL(url)) : {}) };
  if (plans.length > 0) throw new Error("MUSTER_PLANS sells seats, but the secrets have no key of Stripe.");
  return {};
}

const standIn = ({ hostname: host, port, protocol }: URL) => ({
  ...{ host, port, protocol: protocol === "https:" ? ("https" as const) : ("http" as const) },
});
