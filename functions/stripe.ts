import { bind } from "@muster/core/kernel/ports.ts";
import { type Stripe, StripeError } from "@muster/core/kernel/stripe-port.ts";
import { config } from "./config.ts";
import type { StripeSecrets } from "./secret-shape.ts";
import type { Secrets } from "./secrets.ts";

/** `absent`: nothing is for sale. `unusable`: something is, or a key exists, and `fault` says what is wrong. */
export type StripeState = { is: "absent" | "ready" } | { is: "unusable"; fault: Error };

/**
 * Binds the Stripe port according to the current secrets, and returns its state. If the configuration is unusable, each
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
      if (!found && plans.length > 0) throw new Error("Plans are configured, but the secrets have no Stripe key.");
      bind({ stripe: found && late(() => load(found, url)) });
      state = { is: found ? "ready" : "absent" };
    } catch (error) {
      const fault = error instanceof Error ? error : new Error("Stripe's configuration cannot be read.");
      const unusable = new StripeError("busy", fault.message, { code: "misconfigured", cause: fault });
      bind({ stripe: late(() => Promise.reject(unusable)) });
      // threat: a configuration of Stripe that cannot be used stops sign-in
      state = { is: "unusable", fault };
    }
    return state;
  };
}

async function load({ key }: StripeSecrets, url: string | undefined): Promise<Stripe> {
  const { stripeOf } = await import("@muster/core/billing/stripe.ts");
  return stripeOf(key, url === undefined ? {} : placeOf(new URL(url)));
}

/** Returns where the library finds a stand-in. */
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
