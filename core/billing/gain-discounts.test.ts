import { resultOf } from "@muster/local/testing/result.ts";
import { type BillingWorld, type Customer, perSeat } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as Manage from "./manage.ts";
import * as Seats from "./seats.ts";

// A discount makes seats cheaper, and nothing that was not paid is returned.

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 20);

async function codeFor(off: { percent_off: number } | { amount_off: number; currency: string }, duration = "once") {
  const { id: coupon } = await billing.client.coupons.create({ duration: duration as "once", ...off });
  return (await billing.client.promotionCodes.create({ promotion: { type: "coupon", coupon } })).code;
}
const discount = (code: string, replace = false) => resultOf(acme.as(() => Manage.discount({ code, replace })));
async function later(days: number) {
  billing.world.clock.pass(days * daySeconds);
  billing.server.catchUp();
  await acme.reconcile();
}
/** The amount that waits for the next invoice. */
const waiting = () =>
  [...billing.server.state.pendingItems.values()].map(({ charge: { amount, quantity } }) => [quantity, amount + 0]);

test("a month that cost nothing is not returned when the seats go", async () => {
  expect(await discount(await codeFor({ percent_off: 100 }))).toBe("done");
  await later(31);
  expect((await acme.invoices())[0]).toMatchObject({ total: 0 });
  await acme.as(() => Seats.resize({ seats: 1 }));
  const [back = [], again = []] = waiting();
  expect(back).toEqual([20, 0]);
  expect(again[1]).toBeGreaterThan(0);
  const { nextInvoice = 0 } = await acme.as(() => Seats.preview({ seats: 1 }));
  expect(nextInvoice).toBeGreaterThan(perSeat.monthly);
});

test("half a price is returned by half, also when another code has replaced it", async () => {
  const forever = await codeFor({ percent_off: 50 }, "forever");
  expect(await discount(forever)).toBe("done");
  await later(31);
  expect((await acme.invoices())[0]).toMatchObject({ total: 10 * perSeat.monthly });
  const small = await codeFor({ amount_off: 100, currency: "usd" });
  expect(await discount(small)).toBe("billing.discount_exists");
  expect(await discount(small, true)).toBe("done");
  const [invoice] = await acme.invoices();
  const { period } = invoice?.lines.data[0] ?? {};
  await acme.as(() => Seats.resize({ seats: 1 }));
  const left = (period?.end ?? 0) - Math.floor(billing.world.clock.at / 1_000);
  const length = (period?.end ?? 0) - (period?.start ?? 0);
  expect(waiting()[0]).toEqual([20, -Math.floor((10 * perSeat.monthly * left) / length + 0.5)]);
});

test("a code in force is refused again, and uses no second redemption", async () => {
  const { id: coupon } = await billing.client.coupons.create({ duration: "forever", percent_off: 10 });
  await billing.client.promotionCodes.create({ promotion: { type: "coupon", coupon }, code: "TEN" });
  expect([await discount("TEN"), await discount("ten"), await discount("TEN", true)]).toEqual([
    "done",
    "billing.code_applied",
    "billing.code_applied",
  ]);
  expect(await billing.client.coupons.retrieve(coupon)).toMatchObject({ times_redeemed: 1 });
});

test("a code for one invoice that has no limit takes as much off each time, as Stripe does", async () => {
  const { id: coupon } = await billing.client.coupons.create({ duration: "once", percent_off: 50 });
  const promotion = { type: "coupon" as const, coupon };
  await billing.client.promotionCodes.create({ promotion, code: "AGAIN" });
  await billing.client.promotionCodes.create({ promotion, code: "TWICE", max_redemptions: 2 });
  const totals: (number | undefined)[] = [];
  for (const code of ["AGAIN", "AGAIN", "TWICE", "TWICE"]) {
    expect(await discount(code)).toBe("done");
    await later(31);
    totals.push((await acme.invoices())[0]?.total);
  }
  expect(totals).toEqual(Array.from({ length: 4 }, () => 10 * perSeat.monthly));
  expect(await discount("TWICE")).toBe("billing.code_used");
});

test("a code of another customer, or of another currency, takes nothing off", async () => {
  const stranger = await billing.client.customers.create({});
  const { id: coupon } = await billing.client.coupons.create({ duration: "forever", percent_off: 90 });
  const promotion = { type: "coupon" as const, coupon };
  await billing.client.promotionCodes.create({ promotion, code: "FRIEND", customer: stranger.id });
  const euros = await codeFor({ amount_off: 100_000, currency: "eur" });
  for (const code of ["FRIEND", euros]) expect(await discount(code)).toBe("billing.code_unusable");
  expect((await acme.row())?.mirror?.discounts).toBeUndefined();
});
