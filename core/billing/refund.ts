import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import type { Actor } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { stripe, table } from "../kernel/ports.ts";
import type { StripeRefund } from "../kernel/stripe-invoice.ts";
import { failures as billingFailures, needStripe } from "./billing.ts";
import { underKey } from "./commands.ts";
import { isActive } from "./duplicate.ts";
import { BillingDuplicateRefunded } from "./events.ts";
import { billingKeys } from "./keys.ts";
import { reconcileOne } from "./reconcile.ts";
import { type BillingRow, type Duplicate, type Row, failures as rowFailures, rowOf } from "./row.ts";
import { save } from "./save.ts";
import { failureOf, failures as seatFailures } from "./seat-failures.ts";
import { type RefundTarget, refundTargets } from "./shape.ts";

// Failures

export const failures = {
  missing: failure(
    "missing",
    "billing.duplicate_missing",
    "This organization has no such payment to refund: it was refunded, or it bought something.",
  ),
  processing: failure(
    "conflict",
    "billing.duplicate_processing",
    "A bank still processes this payment, which takes days. It can be refunded once the bank has paid.",
  ),
  active: failure(
    "conflict",
    "billing.duplicate_active",
    "The subscription that this payment is for has not ended yet. It can be refunded once it has.",
  ),
};

const { unconfigured, misconfigured } = billingFailures;

// Functions

const invoice = v.pipe(v.string(), v.regex(/^in_\w{1,200}$/, "Expected the id of an invoice."));
const Refunded = v.object({
  /** The amount, in the smallest unit of the currency, such as cents. */
  amount: Integer,
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** The target: to the card, or to the balance that the next invoices use. */
  to: v.picklist(refundTargets),
});
const refusals = [
  failures.missing,
  failures.processing,
  unconfigured,
  misconfigured,
  seatFailures.unavailable,
  seatFailures.refused,
  rowFailures.moved,
  Event.failures.repeated,
];

/**
 * Returns a payment that bought nothing, to the card or to the balance of the customer, once: Stripe is asked before which
 * credit notes there are. A refund that was made at Stripe without one is only recorded, as `elsewhere`.
 */
export const refund = fn(
  "billing.refund",
  {
    input: v.strictObject({
      organization: ID.schema("organization"),
      /** The invoice that was paid. */
      invoice,
      to: v.optional(v.picklist(refundTargets, "Expected card, balance, or elsewhere."), "card"),
    }),
    output: Refunded,
    failures: refusals,
    reads: ({ organization }) => [billingKeys.billing(organization)],
  },
  async ({ organization, ...wanted }, actor, [billing]) => payBack({ organization, ...wanted }, actor, billing),
);

/** The same for an organization that takes its payment back, or keeps it for its next invoices. */
export const refundPayment = fn(
  "billing.refundPayment",
  {
    input: v.strictObject({
      /** The id of the invoice that was paid. */
      invoice,
      /** The target: to the card, or to the balance that the next invoices use. */
      to: v.picklist(["card", "balance"], "Expected card or balance."),
    }),
    output: Refunded,
    failures: [...refusals, failures.active],
    reads: (_, actor) => [billingKeys.billing(actor.organization)],
  },
  async (wanted, actor, [billing]) => {
    const found = rowOf(billing)?.duplicates?.find((one) => one.invoice === wanted.invoice);
    // threat: an owner is refunded for seats that stay
    if (found && isActive(found)) throw failures.active();
    return payBack({ organization: actor.organization, ...wanted }, actor, billing);
  },
);

type Sent = { amount: number; to: RefundTarget };
type Organization = ID.ID<"organization">;
type Wanted = { organization: Organization; invoice: string; to: RefundTarget };

async function payBack(
  { organization, invoice, to }: Wanted,
  actor: Actor,
  billing: BillingRow | undefined,
): Promise<v.InferOutput<typeof Refunded>> {
  await needStripe();
  const row = rowOf(billing);
  // threat: any payment can be returned
  const found = row?.duplicates?.find((one) => one.invoice === invoice);
  if (!row || !found) throw failures.missing();
  // threat: a payment that a bank only processes is refunded
  if (found.isProcessing) throw failures.processing();
  const begun = to === "elsewhere" ? row : await note(organization, row, { ...found, returning: to });
  const went = await send(found, to).catch((error: unknown) => {
    throw failureOf(error);
  });
  const answer = { ...went, currency: found.currency };
  await record({ organization, invoice, row: begun }, answer, actor);
  await reconcileOne(organization, actor);
  return answer;
}

/** Notes where a payment is returned to, before Stripe is told: the first look that sees it returned can say so. */
const note = (organization: Organization, before: Row, returning: Duplicate): Promise<Row> =>
  fromNewest(organization, before, async (row) => {
    // a look at Stripe, or an equal refund, was faster
    if (!row.duplicates?.some(({ invoice }) => invoice === returning.invoice)) return row;
    const duplicates = row.duplicates.map((one) => (one.invoice === returning.invoice ? returning : one));
    const next = { ...row, duplicates };
    await table.write(save(organization, row, next));
    return { ...next, version: row.version + 1 };
  });

type Noted = Omit<Wanted, "to"> & { row: Row };

/** Records what Stripe has returned, whatever has changed in between; a look at Stripe may have recorded it already. */
const record = (
  { organization, invoice, row: before }: Noted,
  answer: v.InferOutput<typeof Refunded>,
  actor: Actor,
): Promise<void> =>
  fromNewest(organization, before, async (row) => {
    const { duplicates = [], refunded = [], ...rest } = row;
    const others = duplicates.filter((one) => one.invoice !== invoice);
    if (others.length === duplicates.length) {
      const steps = remember(answer);
      if (steps.length > 0) await table.write(...steps);
      return;
    }
    const next = {
      ...rest,
      // threat: a payment that was refunded is reported again
      refunded: [...refunded, invoice],
      // threat: a refund of one payment drops another
      ...(others.length > 0 && { duplicates: others }),
    };
    const event = BillingDuplicateRefunded.record(organization, { invoice, ...answer }, actor);
    await table.write(save(organization, row, next), event, ...remember(answer));
  });

/** Writes what follows from a row, or else, if that has changed since, what follows from the newest one. */
async function fromNewest<R>(organization: Organization, row: Row, write: (row: Row) => Promise<R>): Promise<R> {
  try {
    return await write(row);
  } catch (error) {
    // threat: a refund that was made is answered as if it had failed because something else was changed
    if (!isFailure(error, rowFailures.moved)) throw error;
    const newest = rowOf(await table.get(billingKeys.billing(organization)));
    if (!newest) throw error;
    return fromNewest(organization, newest, write);
  }
}

/** Returns what went where; all of it, if it had been returned before. What came from the balance returns there. */
async function send({ invoice, amount, byCard }: Duplicate, to: RefundTarget): Promise<Sent> {
  if (to === "elsewhere") return { amount, to };
  return underKey(`refund:${invoice}:${to}`, async (key) => {
    const refunds = await stripe().refunds(invoice);
    const [before] = refunds;
    // threat: a payment whose dispute is open counts as returned, and stays paid once it is won
    if (refunds.some(({ isDisputed }) => isDisputed)) throw disputed();
    const returned = sumOf(refunds);
    // threat: Stripe refuses to return a payment of which its card has got a part back
    const left = Math.max(0, byCard - sumOf(refunds.filter((one) => one.to === "card")));
    // threat: a payment is returned twice
    if (before && returned >= amount) return { amount, to: before.to };
    // threat: a payment that was returned at Stripe is returned once more
    const rest = amount - returned;
    const card = to === "card" ? Math.min(rest, left) : 0;
    await stripe().refund(invoice, { card, balance: rest - card }, key);
    return { amount: rest, to: card > 0 ? to : "balance" };
  });
}

const disputed = () =>
  failures.processing({ message: "This payment is disputed. It can be refunded once the bank has decided for you." });

const sumOf = (refunds: readonly StripeRefund[]): number => refunds.reduce((sum, { amount }) => sum + amount, 0);
