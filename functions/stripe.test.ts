import { expect, test, vi } from "vitest";
import { till } from "./stripe.ts";

const plans = JSON.stringify([{ id: "yearly", price: "price_1", amount: 9600, currency: "eur" }]);

test("without a key nothing is sold, and plans without one are a mistake", () => {
  expect(till({})).toEqual({});
  vi.stubEnv("MUSTER_PLANS", plans);
  expect(() => till({})).toThrow("MUSTER_PLANS sells seats, but the secrets have no key of Stripe.");
  expect(Object.keys(till({ stripe: { key: "sk_test_1", webhooks: [] } }))).toEqual(["stripe"]);
  vi.unstubAllEnvs();
});
