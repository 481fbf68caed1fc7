import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { stripe, table } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import { failures as billingFailures, needStripe } from "./billing.ts";
import { BillingDuplicateRefunded } from "./events.ts";
import { billingKeys } from "./keys.ts";
import { reconcileOne } from "./reconcile.ts";
import { type Duplicate, failures as rowFailures, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { failureOf, failures as seatFailures } from "./seat-failures.ts";
import { type RefundTarget, refundTargets } from "./shape.ts";

const maxAttempts = 3;

// Failures

export const failures = {
  missing: failure(
    "missing",
    "billing.duplicate_missing",
    "This organization has no such payment to refund: it was refunded, or was not for a second subscription.",
  ),
  processing: failure(
    "conflict",
    "billing.duplicate_processing",
    "A bank still processes this payment, which takes days. It can be refunded once the bank has paid.",
  ),
};

const { unconfigured, misconfigured } = billingFailures;

// Functions

/**
 * Returns the payment of a second subscription that was canceled, to the card or to the balance of the customer, once:
 * Stripe is asked before which credit notes there are. A refund that was made at Stripe without one is only recorded, as
 * `elsewhere`.
 */
export const refund = fn(
  "billing.refund",
  {
    input: v.strictObject({
      organization: ID.schema("organization"),
      /** The invoice that was paid. */
      invoice: v.pipe(v.string(), v.regex(/^in_\w{1,200}$/, "Expected the id of an invoice.")),
      to: v.optional(v.picklist(refundTargets, "Expected card, balance, or elsewhere."), "card"),
    }),
    output: v.object({ amount: v.number(), currency: v.string(), to: v.picklist(refundTargets) }),
    failures: [
      failures.missing,
      failures.processing,
      unconfigured,
      misconfigured,
      seatFailures.unavailable,
      seatFailures.refused,
      rowFailures.moved,
      Event.failures.repeated,
    ],
    reads: ({ organization }) => [billingKeys.billing(organization)],
  },
  async ({ organization, invoice, to }, actor, [billing]) => {
    await needStripe();
    const row = rowOf(billing);
    // threat: any payment can be returned
    const found = row?.duplicates?.find((one) => one.invoice === invoice);
    if (!row || !found) throw failures.missing();
    // threat: a payment that a bank only processes is refunded
    if (found.isProcessing) throw failures.processing();
    const { amount, currency } = found;
    const went = await payBack(found, to).catch((error: unknown) => {
      throw failureOf(error);
    });
    const { duplicates = [], refunded = [], ...rest } = row;
    const others = duplicates.filter((one) => one !== found);
    await table.write(
      save(organization, row, {
        ...rest,
        // threat: a payment that was refunded is reported again
        refunded: [...refunded, invoice],
        // threat: a refund of one payment drops another
        ...(others.length > 0 && { duplicates: others }),
      }),
      BillingDuplicateRefunded.record(organization, { invoice, amount, currency, to: went }, actor),
    );
    await reconcileOne(organization, actor);
    return { amount, currency, to: went };
  },
);

/**
 * Returns where it went. What came from the balance returns there. Stripe may have stored an error under a key, so it is
 * read before each attempt.
 */
async function payBack({ invoice, amount, byCard }: Duplicate, to: RefundTarget): Promise<RefundTarget> {
  if (to === "elsewhere") return to;
  for (let attempt = 1; ; attempt++) {
    const refunds = await stripe().refunds(invoice);
    const [before] = refunds;
    const returned = refunds.reduce((sum, one) => sum + one.amount, 0);
    // threat: a payment is returned twice
    if (before && returned >= amount) return before.to;
    try {
      // threat: a payment that was returned at Stripe is returned once more
      const rest = amount - returned;
      const card = to === "card" ? Math.min(rest, byCard) : 0;
      await stripe().refund(invoice, { card, balance: rest - card }, `refund:${invoice}:${to}:${attempt}`);
      return to;
    } catch (error) {
      const mayBeStored = error instanceof StripeError && error.trouble === "failed";
      if (!mayBeStored || attempt === maxAttempts) throw error;
    }
  }
}
