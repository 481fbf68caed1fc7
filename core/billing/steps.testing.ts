import { coupons } from "@muster/local/testing/invariants/billing-actors.ts";
import type { ScenarioStep } from "@muster/local/testing/invariants/billing-steps.ts";
import * as fc from "fast-check";
import { daySeconds } from "../base/duration.ts";

const of = fc.nat({ max: 1 });
const who = fc.nat({ max: 5 });
const seats = fc.integer({ min: 1, max: 12 });
const one = <T extends ScenarioStep>(weight: number, step: { [K in keyof T]: fc.Arbitrary<T[K]> }) => ({
  weight,
  arbitrary: fc.record(step) as fc.Arbitrary<ScenarioStep>,
});
const only = <T extends string>(...some: T[]) => fc.constantFrom(...some);
/** Any step of a history of organizations that buy. */
export const step: fc.Arbitrary<ScenarioStep> = fc.oneof(
  // people and administrators
  one(4, { do: only("seats"), of, seats }),
  one(3, { do: only("seats"), of, seats, quoted: fc.constant(true) }),
  one(1, { do: only("seats"), of, seats, yearly: fc.constant(true) }),
  one(8, { do: only("invite", "accept", "leave"), of, who }),
  one(1, { do: only("revoke"), of, who }),
  one(1, { do: only("end", "resume"), of }),
  one(2, {
    do: only("automatic"),
    of,
    limit: fc.option(fc.integer({ min: 1, max: 12 })),
    spare: fc.integer({ min: 1, max: 3 }),
  }),
  one(3, { do: only("follow"), of }),
  one(1, { do: only("request"), of, seats: fc.integer({ min: 1, max: 4 }) }),
  one(1, { do: only("coupon"), of, code: only(...coupons) }),
  one(2, { do: only("buy"), of, seats }),
  one(1, { do: only("delete", "restore", "restore"), of }),
  // operators
  one(1, { do: only("grant"), of, seats: fc.nat({ max: 5 }) }),
  one(1, { do: only("grant"), of, seats: fc.nat({ max: 5 }), days: fc.nat({ max: 3 }) }),
  one(1, { do: only("suspend", "reactivate", "reactivate"), of }),
  one(1, { do: only("refund"), of, to: only("card", "balance", "elsewhere") }),
  // Stripe, and somebody there
  one(1, { do: only("portal", "portal", "double", "unpaid"), of, seats }),
  one(1, { do: only("stop", "erase"), of }),
  one(1, { do: only("endAt"), of, days: fc.integer({ min: 1, max: 40 }) }),
  one(1, { do: only("label"), of, to: only("nobody", "other") }),
  one(1, {
    do: only("foreign"),
    of,
    replaces: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  }),
  one(1, { do: only("card"), of, pays: fc.boolean() }),
  one(1, { do: only("invoice"), of, days: fc.option(fc.constantFrom(7, 30), { freq: 3 }) }),
  one(2, { do: only("resolve"), of, how: only("pay", "pay", "voidInvoice", "markUncollectible") }),
  one(2, { do: only("link"), of }),
  one(1, { do: only("refuse"), cancels: fc.boolean() }),
  // events, time, and what runs by itself
  one(2, { do: only("look"), of }),
  one(3, { do: only("webhook"), which: fc.nat({ max: 20 }), how: only("once", "twice", "never") }),
  one(2, { do: only("pass"), seconds: fc.integer({ min: 1, max: daySeconds }) }),
  one(1, { do: only("pass"), seconds: fc.integer({ min: 20 * daySeconds, max: 40 * daySeconds }) }),
  one(2, { do: only("sweep", "work", "catchUp", "compare", "endGrants", "due") }),
);
