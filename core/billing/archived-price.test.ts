import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Seats from "./seats.ts";

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

const items = async () =>
  (await acme.subscriptions()).flatMap(({ items: { data } }) =>
    data.map(({ price, quantity }) => [price.id, quantity]),
  );
const change = async (wish: Parameters<typeof Seats.preview>[0]) => {
  const shown = await acme.as(() => Seats.preview(wish));
  await acme.as(() => Seats.resize({ ...wish, quote: shown.quote }));
  return shown;
};

test("seats of a price that the operator has archived are added and removed, and its customers can leave it", async () => {
  billing.world.clock.pass(10 * daySeconds);
  await billing.client.prices.update(billing.prices.monthly, { active: false });
  expect((await change({ seats: 8 })).dueNow).toBe(2_000);
  expect(await items()).toEqual([[billing.prices.monthly, 8]]);
  await change({ seats: 6 });
  expect(await items()).toEqual([[billing.prices.monthly, 6]]);
  // a change that is stored is sent again as it was
  const changeSeats = () => Promise.reject(new StripeError("lost", "Cut off.", {}));
  billing.world.rebind({ stripe: { ...billing.port, changeSeats } });
  await acme.as(() => Seats.resize({ seats: 7 }));
  billing.world.rebind({ stripe: billing.port });
  await acme.reconcile();
  expect(await items()).toEqual([[billing.prices.monthly, 7]]);
  // the quantity is sent with a new price, which counts once without it
  await change({ seats: 7, plan: "yearly" });
  expect(await items()).toEqual([[billing.prices.yearly, 7]]);
  expect(await acme.reconcile()).toEqual({ result: "equal" });
});
