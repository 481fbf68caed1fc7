import { expect, test } from "vitest";
import type { StripeSubscription } from "../kernel/stripe-port.ts";
import { mirrorOf } from "./mirror.ts";

const at = "2026-11-24T09:00:00.000Z";
const nothing = {
  endedAt: undefined,
  cancelAt: undefined,
  trialEnd: undefined,
  buyer: undefined,
  op: undefined,
  pending: undefined,
};
const subscription: StripeSubscription = {
  ...nothing,
  id: "sub_1",
  customer: "cus_1",
  organization: undefined,
  items: [],
  status: "active",
  createdAt: at,
  endsWithPeriod: false,
  discounts: [],
  method: undefined,
  ownMethod: undefined,
  usualMethod: undefined,
  daysUntilDue: undefined,
  latestInvoice: undefined,
  isCustomerDeleted: false,
};

test.each(["active", "canceled"])("a subscription that is %s and has no item has no seats", (status) => {
  expect(mirrorOf({ ...subscription, status }, undefined, at)).toMatchObject({ quantity: 0, item: "", price: "" });
});

test("a subscription that ended has no seats, whatever its item says", () => {
  const item = { id: "si_1", price: "price_1", quantity: 5, product: "prod_1", periodEnd: at, currentPeriodStart: at };
  const ended = { ...subscription, status: "canceled", items: [item as never] };
  expect(mirrorOf(ended, undefined, at)).toMatchObject({ quantity: 0, item: "si_1" });
});
