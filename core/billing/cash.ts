import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import type { StripePaidInvoice } from "../kernel/stripe-invoice.ts";

// What was paid for an invoice, and what of it went back since, as owners and admins see it.

// Shapes

/**
 * The states of a dispute. `asked`: the payer's bank asks about the payment and has reversed nothing. `open`: it has,
 * until it decides. `won`: the amount came back. `lost`: the payer keeps it.
 */
export const disputeStates = ["asked", "open", "won", "lost"] as const;

export const cashEntries = {
  /** The amount that a card or a bank has paid. Missing if that is nothing. */
  paid: v.optional(Integer),
  /** The part of it that was refunded to the card or the account at the bank. Missing if that is nothing. */
  refunded: v.optional(Integer),
  /** The amount that credit notes have returned to the balance, which the next invoices use. Missing if that is nothing. */
  credited: v.optional(Integer),
  /** The disputes of its payment. Missing if there are none. */
  disputes: v.optional(
    v.array(
      v.object({
        /** The amount that is disputed, in the smallest unit of the currency. */
        amount: Integer,
        /** The state of the dispute: `asked`, `open`, `won`, or `lost`. */
        state: v.picklist(disputeStates),
        /** The time it was opened. */
        createdAt: v.string(),
      }),
    ),
  ),
};

const Cash = v.object(cashEntries);

// Functions

export function describeCash({ cash }: Pick<StripePaidInvoice, "cash">): v.InferOutput<typeof Cash> {
  const { paid = 0, refunded = 0, credited = 0, disputes = [] } = cash ?? {};
  return {
    ...(paid > 0 && { paid }),
    ...(refunded > 0 && { refunded }),
    ...(credited > 0 && { credited }),
    ...(disputes.length > 0 && {
      disputes: disputes.map(({ amount, state, createdAt }) => ({ amount, state, createdAt })),
    }),
  };
}
