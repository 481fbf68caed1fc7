import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { StripeLine } from "../kernel/stripe-invoice.ts";

// A line of an invoice, as the API shows it.

// Shapes

export const lineEntries = {
  /** The text that Stripe has for it. */
  description: v.optional(v.string()),
  /** The amount before discounts and tax. It is negative if it returns something. */
  amount: Integer,
  /** Discounts on it. */
  discount: Integer,
  /** Tax that is added to it. */
  tax: Integer,
  /** The number of seats. */
  quantity: v.optional(Integer),
  /** True if it is for part of a period, because of a change. */
  isProration: v.boolean(),
  /** The time its period starts. */
  startsAt: v.string(),
  /** The time its period ends. */
  endsAt: v.string(),
};

// Functions

export function describeLine(line: StripeLine) {
  const { amount, discount, tax, isProration, periodStart: startsAt, periodEnd: endsAt } = line;
  const { description, quantity } = line;
  const shared = { amount, discount, tax, isProration, startsAt, endsAt };
  return { ...shared, ...withoutUndefined({ description, quantity }) };
}
