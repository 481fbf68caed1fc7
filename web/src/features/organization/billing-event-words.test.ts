import * as Checkout from "@muster/core/billing/checkout.ts";
import * as Drive from "@muster/core/billing/drive.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import * as Reconcile from "@muster/core/billing/reconcile.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import { expect, test } from "vitest";
import { wordsOfBilling } from "./billing-event-words.tsx";

test("the log has words for everything that is told of billing", () => {
  const types = [
    ...[Checkout.CheckoutBegun, Drive.Resized, Drive.Dropped, Seats.ResizeBegun],
    ...[Manage.CancelAsked, Manage.ResumeAsked, Manage.DiscountAsked, Reconcile.Copied, Reconcile.DoubleCancelled],
  ].map(({ type }) => type);
  expect(types.filter((type) => wordsOfBilling(type) === undefined)).toEqual([]);
  expect(wordsOfBilling("team.created")).toBeUndefined();
});
