import { resultOf } from "@muster/local/testing/result.ts";
import type { BillingWorld, Customer } from "@muster/local/testing/worlds/billing.ts";
import { eachAcme } from "@muster/local/testing/worlds/remember.ts";
import { describe, expect, test } from "vitest";
import { daySeconds } from "../base/duration.ts";
import * as Seats from "./seats.ts";

// Muster's clock is not Stripe's, and Stripe refuses to prorate by a moment outside of its current period.

let billing: BillingWorld;
let acme: Customer;
eachAcme((opened) => {
  ({ billing, acme } = opened);
}, 5);

/** Sets Muster's clock ahead of Stripe's, or behind it. */
function shift(seconds: number) {
  const { world } = billing;
  world.rebind({ stripe: billing.port, now: () => new Date(world.clock.at + seconds * 1000) });
}
const preview = (seats: number) => acme.as(() => Seats.preview({ seats }));
const resize = (wish: Parameters<typeof Seats.resize>[0]) => acme.as(() => Seats.resize(wish));

describe.each([-8, -1, 2, 9])("with a clock %d seconds ahead of Stripe's", (ahead) => {
  test("seats are changed right after their purchase", async () => {
    shift(ahead);
    const { quote } = await preview(8);
    expect(await resize({ seats: 8, quote })).toMatchObject({ seats: { paid: 8 } });
    expect(await resize({ seats: 9 })).toMatchObject({ seats: { paid: 9 } });
    expect((await preview(7)).dueNow).toBe(0);
    expect(await resize({ seats: 7 })).toMatchObject({ seats: { paid: 7 } });
  });

  test.each([-9, 0, 2])("none are refused by Stripe %d seconds after a renewal that is not known", async (after) => {
    shift(ahead);
    billing.world.clock.pass(30 * daySeconds + after - 1);
    billing.server.catchUp();
    const results = [];
    for (const seats of [8, 4]) results.push(await resultOf(preview(seats)), await resultOf(resize({ seats })));
    const isNear = Math.abs(after + ahead) < 10;
    expect(results).toEqual(results.map(() => (isNear ? "billing.unavailable" : "done")));
    billing.world.clock.pass(30);
    billing.server.catchUp();
    await acme.reconcile();
    expect(await resize({ seats: 6 })).toMatchObject({ seats: { paid: 6 } });
  });
});
