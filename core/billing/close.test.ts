import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { bind } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Close from "./close.ts";

let billing: BillingWorld;
let acme: Customer;
eachAcme(async (opened) => {
  ({ billing, acme } = opened);
  const purging = { state: "deleted", growth: false, purgingAt: "2026-12-24T09:00:00.000Z" };
  await billing.world.table.write(update(raw(organizationKeys.organization(acme.organization)), { set: purging }));
}, 5);

const close = () => asSystem("work", () => Close.close({ organization: acme.organization }));

test("a customer is kept until nothing of theirs is active, whatever Stripe refuses", async () => {
  const cancel = () => Promise.reject(new StripeError("refused", "Not now.", {}));
  bind({ stripe: { ...billing.port, cancel } });
  expect(await close()).toEqual({ closed: false });
  expect(await acme.row()).toBeDefined();
  bind({ stripe: billing.port });
  expect(await close()).toEqual({ closed: true });
  expect(await acme.row()).toBeUndefined();
  expect(await close()).toEqual({ closed: true });
});

test("a customer is kept while one of their checkouts could be paid", async () => {
  const { id } = await billing.client.checkout.sessions.create({
    customer: (await acme.row())?.customer ?? "",
    mode: "subscription",
    success_url: "https://muster.example/done",
    line_items: [{ price: billing.prices.monthly, quantity: 1 }],
  });
  const expireCheckout = () => Promise.reject(new StripeError("refused", "Not now.", {}));
  bind({ stripe: { ...billing.port, expireCheckout } });
  expect(await close()).toEqual({ closed: false });
  bind({ stripe: billing.port });
  expect(await close()).toEqual({ closed: true });
  expect(await billing.client.checkout.sessions.retrieve(id)).toMatchObject({ status: "expired" });
});

test("a customer that was deleted at Stripe is forgotten", async () => {
  await billing.client.customers.del((await acme.row())?.customer ?? "");
  expect(await close()).toEqual({ closed: true });
  expect(await acme.row()).toBeUndefined();
});
