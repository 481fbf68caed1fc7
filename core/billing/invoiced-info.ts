import * as v from "valibot";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { invoicedSeats } from "../plan/shape.ts";
import { invoicedSeatsOf } from "./invoiced.ts";
import type { Mirror, Op } from "./row.ts";

// What is shown of a payment by invoice, and of a change that waits.

// Shapes

export const Change = v.object({
  /** Seats before the change. */
  from: Integer,
  /** Seats after the change. */
  to: Integer,
  /** The time the change is dropped, unless its payment succeeds before. */
  waitsUntil: v.optional(v.string()),
  /** The time its invoice is due, if one was sent: its seats count once that is paid. */
  dueAt: v.optional(v.string()),
  /** The id of that invoice at Stripe. */
  invoice: v.optional(v.string()),
});

/** Invoices are sent, to be paid by hand. */
export const ByInvoice = v.object({
  /** The days in which an invoice is to be paid. */
  daysUntilDue: Integer,
  /** More seats count once their invoice is paid, or at once. */
  seats: shown(invoicedSeats),
});

// Functions

/** No day ends a change that an invoice was sent for. */
export function changeOf({ from, to, invoiced, waitsUntil, invoice }: Op): v.InferOutput<typeof Change> {
  // threat: a change is said to be dropped when its invoice is due
  const waits = invoiced && waitsUntil !== undefined ? { dueAt: waitsUntil, invoice } : { waitsUntil };
  return { from, to, ...withoutUndefined(waits) };
}

export function byInvoiceOf(mirror: Mirror): v.InferOutput<typeof ByInvoice> | undefined {
  const { daysUntilDue } = mirror;
  const seats = invoicedSeatsOf(mirror);
  return seats && daysUntilDue !== undefined ? { daysUntilDue, seats } : undefined;
}
