import { bind, hasStripe, stripe } from "@muster/core/kernel/ports.ts";
import { StripeError } from "@muster/core/kernel/stripe-port.ts";
import { afterEach, expect, test, vi } from "vitest";
import { openSecrets } from "./secrets.ts";
import { bindStripe, type StripeState } from "./stripe.ts";

const plans = JSON.stringify([{ id: "yearly", price: "price_1", amount: 9600, currency: "eur" }]);
const pepper = "p".repeat(32);
const key = "sk_test_1";

afterEach(() => {
  vi.unstubAllEnvs();
  bind({ stripe: undefined });
});

/** A process whose secrets have this for Stripe. */
function bound(found: unknown, sold = "[]"): Promise<StripeState> {
  vi.stubEnv("MUSTER_PLANS", sold);
  vi.stubEnv("MUSTER_SECRETS", JSON.stringify({ pepper, stripe: found }));
  return bindStripe(openSecrets())();
}

test("without a key and without plans there is no Stripe", async () => {
  expect(await bound(undefined)).toEqual({ is: "absent" });
  expect(hasStripe()).toBe(false);
});

test("with a key there is, with or without plans; its adapter is loaded by the first call", async () => {
  for (const sold of ["[]", plans]) {
    expect(await bound({ key }, sold)).toEqual({ is: "ready" });
    await expect(stripe().ready()).resolves.toBeUndefined();
  }
});

test.each([
  ["plans without a key", undefined, plans, "Plans are configured, but the secrets have no Stripe key."],
  ["a malformed key", { key: "pk_live_1" }, plans, "MUSTER secrets: stripe's key is a secret key"],
  ["a malformed part, even if nothing is for sale", "sk_live_1", "[]", "MUSTER secrets: stripe must be an object"],
])("%s makes Stripe unusable: each call fails as retryable, and says why", async (_, found, sold, why) => {
  const state = await bound(found, sold);
  expect(state).toMatchObject({ is: "unusable", fault: { message: expect.stringContaining(why) } });
  expect(hasStripe()).toBe(true);
  const calls = [() => stripe().ready(), () => stripe().subscriptions(), () => stripe().portal("cus_1", "https://x")];
  for (const call of calls) {
    const error = await call().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StripeError);
    expect(error).toMatchObject({ outcome: "busy", code: "misconfigured", message: expect.stringContaining(why) });
  }
});

test("secrets that cannot be read make only Stripe unusable", async () => {
  vi.stubEnv("MUSTER_SECRETS", "");
  vi.stubEnv("MUSTER_SECRETS_ARN", "");
  expect(await bindStripe(openSecrets())()).toMatchObject({ is: "unusable" });
});

test("Stripe becomes usable when the secrets are", async () => {
  let stripePart: { key: string; webhooks: string[] } | undefined;
  const secrets = { ...openSecrets({ environment: {} }), refresh: async () => true, part: () => stripePart as never };
  vi.stubEnv("MUSTER_PLANS", plans);
  const look = bindStripe(secrets);
  expect(await look()).toMatchObject({ is: "unusable" });
  stripePart = { key, webhooks: [] };
  expect(await look()).toEqual({ is: "ready" });
  await expect(stripe().ready()).resolves.toBeUndefined();
});
