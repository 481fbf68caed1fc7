import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Billing from "./billing.ts";
import * as Manage from "./manage.ts";
import * as Seats from "./seats.ts";

// The end of a subscription while a change of it is under way.

let billing: BillingWorld;
let acme: Customer;

eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const get = () => acme.as(() => Billing.get({}));
async function setCard(card: string) {
  const { paymentMethods, subscriptions } = billing.client;
  const row = await acme.row();
  const { id } = await paymentMethods.attach(card, { customer: row?.customer ?? "" });
  await subscriptions.update(row?.mirror?.subscription ?? "", { default_payment_method: id });
}

test("a subscription is canceled and resumed while a change waits for its payment, which can still be made", async () => {
  await setCard("pm_card_chargeCustomerFail");
  await acme.as(() => Seats.resize({ seats: 9 }));
  const canceled = await acme.as(() => Manage.cancel({}));
  expect(canceled).toMatchObject({ cancelAt: canceled.periodEnd, change: { to: 9 } });
  const resumed = await acme.as(() => Manage.resume({}));
  expect([resumed.cancelAt, resumed.change?.to]).toEqual([undefined, 9]);
  await acme.as(() => Manage.cancel({}));
  await setCard("pm_card_visa");
  await billing.client.invoices.pay((await acme.invoices())[0]?.id ?? "");
  await acme.reconcile();
  expect(await get()).toMatchObject({ seats: { paid: 9 }, cancelAt: canceled.periodEnd });
});

test("a subscription is not canceled while another plan waits for its payment, which would begin a year after the end", async () => {
  await setCard("pm_card_chargeCustomerFail");
  await acme.as(() => Seats.resize({ seats: 5, plan: "yearly" }));
  expect((await get()).change).toMatchObject({ from: 5, to: 5 });
  expect(await resultOf(acme.as(() => Manage.cancel({})))).toBe("billing.payment_waiting");
  billing.world.clock.pass(daySeconds);
  billing.server.catchUp();
  await acme.reconcile();
  expect(await resultOf(acme.as(() => Manage.cancel({})))).toBe("done");
});

test("a subscription is neither canceled nor resumed while Stripe makes a change of it", async () => {
  const changeSeats = () => Promise.reject(new StripeError("lost", "No answer.", {}));
  billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  await acme.as(() => Seats.resize({ seats: 9 }));
  expect(await resultOf(acme.as(() => Manage.cancel({})))).toBe("billing.busy");
  expect(await resultOf(acme.as(() => Manage.resume({})))).toBe("billing.busy");
});
