import { bind } from "@muster/core/kernel/ports.ts";
import { type Stripe, StripeError } from "@muster/core/kernel/stripe-port.ts";
import { config } from "./config.ts";
import type { StripeSecrets } from "./secret-shape.ts";
import type { Secrets } from "./secrets.ts";

/** `absent`: nothing is sold. `unusable`: something is, or a key is there, and `fault` says why nothing can be. */
export type StripeState = { is: "absent" | "ready" } | { is: "unusable"; fault: Error };

/**
 * Binds the port of Stripe as the secrets say now, and says what there is. Where the configuration cannot be used each
 * call fails, and nothing else does.
 */
export function bindStripe(secrets: Secrets): () => Promise<StripeState> {
  let state: StripeState | undefined;
  return async () => {
    try {
      const isRead = await secrets.refresh();
      if (state && state.is !== "unusable" && !isRead) return state;
      const found = secrets.part("stripe");
      const { MUSTER_PLANS: plans, MUSTER_STRIPE_URL: url } = config(["MUSTER_PLANS", "MUSTER_STRIPE_URL"]);
      if (!found && plans.length > 0) throw new Error("Plans are sold, but the secrets have no key of Stripe.");
      bind({ stripe: found && late(() => load(found, url)) });
      state = { is: found ? "ready" : "absent" };
    } catch (error) {
      const fault = error instanceof Error ? error : new Error("Stripe's configuration cannot be read.");
      const trouble = new StripeError("busy", fault.message, { code: "misconfigured", cause: fault });
      bind({ stripe: late(() => Promise.reject(trouble)) });
      state = { is: "unusable", fault };
    }
    return state;
  };
}

async function load({ key }: StripeSecrets, url: string | undefined): Promise<Stripe> {
  const { stripeOf } = await import("@muster/core/billing/stripe.ts");
  return stripeOf(key, url === undefined ? {} : placeOf(new URL(url)));
}

/** Where the library finds a stand-in. */
export const placeOf = ({ hostname: host, port, protocol }: URL) => ({
  host,
  port,
  protocol: protocol === "https:" ? ("https" as const) : ("http" as const),
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
