import type { Stripe } from "@muster/core/billing/port.ts";
import type { Ports } from "@muster/core/kernel/ports.ts";
import { config, type Secrets } from "./config.ts";

/** The port of Stripe for `boot`; none where the secrets have no key, and then no seats are sold. */
export function till({ stripe }: Pick<Secrets, "stripe">): Pick<Partial<Ports>, "stripe"> {
  const { MUSTER_PLANS: plans, MUSTER_STRIPE_URL: url } = config(["MUSTER_PLANS", "MUSTER_STRIPE_URL"]);
  if (stripe) {
    const place = url === undefined ? {} : placeOf(new URL(url));
    return {
      stripe: late(async () => (await import("@muster/core/billing/stripe.ts")).stripeOf(stripe.key, place)),
    };
  }
  if (plans.length > 0) throw new Error("MUSTER_PLANS sells seats, but the secrets have no key of Stripe.");
  return {};
}

/** Where the library finds a stand-in. */
export const placeOf = ({ hostname: host, port, protocol }: URL) => ({
  ...{ host, port, protocol: protocol === "https:" ? ("https" as const) : ("http" as const) },
});

type Call = (...all: never[]) => Promise<never>;

/** A port whose adapter is loaded by its first call, so that no function starts later for it. */
function late(load: () => Promise<Stripe>): Stripe {
  let loading: Promise<Stripe> | undefined;
  const call =
    (name: keyof Stripe): Call =>
    async (...all) =>
      ((await (loading ??= load()))[name] as Call)(...all);
  return new Proxy({} as Stripe, { get: (_, name) => call(name as keyof Stripe) });
}
