import * as v from "valibot";
import { failure } from "../base/failure.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Member } from "../kernel/actor.ts";
import { listOf } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { begin, isBegun } from "../kernel/idempotency.ts";
import { instant, settings, stripe, table } from "../kernel/ports.ts";
import { StripeError, type StripeSubscription } from "../kernel/stripe-port.ts";
import type { RowsOf, Step } from "../table/table.ts";
import { failures as billingFailures, describe, Info, needStripe, own } from "./billing.ts";
import { cashEntries, describeCash } from "./cash.ts";
import { failures as codeFailures } from "./code-failures.ts";
import { isProcessing } from "./debit.ts";
import * as Dirty from "./dirty.ts";
import { BillingCancelRequested, BillingDiscountRequested, BillingResumeRequested } from "./events.ts";
import { Cursor, invoicesFrom } from "./invoice-pages.ts";
import { pageSize } from "./limits.ts";
import { reconcileOne } from "./reconcile.ts";
import { type BillingRow, isLive, type Mirror, type Op, type Row, failures as rowFailures, shownRowOf } from "./row.ts";
import { save } from "./save.ts";
import { busyWith, failureOf, failures as seatFailures } from "./seat-failures.ts";

// Shapes

/** The code of a discount. */
const Code = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[A-Za-z0-9-]{1,100}$/, "A code may only have letters, digits, and hyphens."),
);

/** An invoice, as Stripe has it. */
export const Invoice = v.object({
  /** The id of the invoice at Stripe. */
  id: v.string(),
  /** The number on the invoice. A draft has none yet. */
  number: v.optional(v.string()),
  /** The time it was created. */
  createdAt: v.string(),
  /** Its status at Stripe, such as `open` or `paid`, or `processing` while a bank processes its payment. */
  status: v.string(),
  /** Its total, in the smallest unit of the currency, such as cents. */
  total: Integer,
  /** The tax in it. Missing if there is none. */
  tax: v.optional(Integer),
  /** The amount that credit notes have returned since it was paid, to the card or to the balance. Missing if they have not. */
  returned: v.optional(Integer),
  ...cashEntries,
  /** The currency, as three lowercase letters. */
  currency: v.string(),
  /** The time until which it is to be paid by hand. Missing if it is charged. */
  dueAt: v.optional(v.string()),
  /** The address of the PDF. */
  pdfUrl: v.optional(v.string()),
  /** The page of Stripe that shows it and takes a payment. */
  pageUrl: v.optional(v.string()),
});

// Failures

export const failures = {
  customerless: failure("conflict", "billing.no_customer", "This organization has never made a purchase."),
};

const { unsubscribed, busy, waiting, unavailable, refused } = seatFailures;
const { unconfigured, misconfigured } = billingFailures;
const changing = [
  unconfigured,
  misconfigured,
  unsubscribed,
  busy,
  unavailable,
  refused,
  rowFailures.moved,
  Event.failures.repeated,
];
const nothing = v.strictObject({});

// Functions

/**
 * Ends the subscription with the paid period. It can be resumed until then. Seats that wait for their payment stay; another
 * plan, which would begin a period of its own, is in the way.
 */
export const cancel = fn(
  "billing.cancel",
  { input: nothing, output: Info, failures: [...changing, waiting], reads: own },
  async (_, actor, rows) => {
    // threat: a payment that is paid later charges another plan of a subscription that was canceled
    const { mirror, row } = await subscribed(rows, (op, { price }) => isUnderWay(op) || op.price !== price);
    const { periodEnd, cancelAt } = mirror;
    return request(actor, row, BillingCancelRequested.record(actor.organization, { periodEnd }, actor), async () => {
      // somebody may have chosen an earlier end at Stripe
      // threat: canceling puts off an end that was chosen at Stripe
      if (cancelAt === undefined || cancelAt > periodEnd) await stripe().setEnding(mirror.subscription, true);
    });
  },
);

export const resume = fn(
  "billing.resume",
  { input: nothing, output: Info, failures: changing, reads: own },
  async (_, actor, rows) => {
    const { mirror, row } = await subscribed(rows, isUnderWay);
    return request(actor, row, BillingResumeRequested.record(actor.organization, {}, actor), async () => {
      const { subscription, cancelAt, endsWithPeriod } = mirror;
      // threat: resuming leaves an end that was chosen at Stripe
      await (cancelAt === undefined || endsWithPeriod
        ? stripe().setEnding(subscription, false)
        : stripe().clearEnd(subscription));
    });
  },
);

/** Applies a discount code. One that is in force is replaced only if the request says so. */
export const discount = fn(
  "billing.discount",
  {
    input: v.strictObject({
      code: Code,
      /** True if the code replaces a discount that is in force. */
      replace: v.optional(v.boolean(), false),
    }),
    output: Info,
    failures: [...changing, waiting, ...Object.values(codeFailures)],
    reads: own,
  },
  async ({ code, replace }, actor, rows) => {
    const { mirror, row } = await subscribed(rows);
    const { discounts = [] } = (await reach(current(row, mirror))) ?? {};
    // threat: a discount that a crashed request has not applied yet is taken for applied
    const isApplied = discounts.some(({ name }) => name?.toLowerCase() === code.toLowerCase());
    // a code for a single use is used up once the first attempt at this request has applied it
    // threat: a discount code that a request has applied is called used up when the request is repeated
    if (isApplied && !isBegun()) throw codeFailures.applied();
    const promotion = isApplied ? undefined : await promotionOf(code);
    // threat: a code overwrites a discount unasked
    if (promotion && discounts.length > 0 && !replace) throw codeFailures.other();
    return request(actor, row, BillingDiscountRequested.record(actor.organization, { code }, actor), async () => {
      if (promotion) await stripe().addDiscount(mirror.subscription, promotion).catch(asUnusable);
    });
  },
);

/** Returns Stripe's own pages for cards, invoices, address and tax ids. */
export const portal = fn(
  "billing.portal",
  {
    input: v.strictObject({
      /** The purpose of the page: to choose another payment method only. Omit it for everything. */
      purpose: v.optional(v.picklist(["payment_method"])),
    }),
    output: v.object({
      /** The page of Stripe. It is for one visit, now. */
      url: v.string(),
    }),
    failures: [failures.customerless, unconfigured, misconfigured, unavailable, refused],
    idempotency: "unsupported",
    reads: own,
  },
  async ({ purpose }, actor, [, billing]) => {
    await needStripe();
    const returnUrl = `${settings().siteUrl}/organizations/${actor.organization}/billing`;
    return { url: await reach(stripe().portal(customerOf(billing), returnUrl, purpose)) };
  },
);

/** Newest first. Invoices of customers who were deleted at Stripe follow. */
export const invoices = fn(
  "billing.invoices",
  {
    input: v.strictObject({
      /** The beginning: `next` of the previous page. Omit it for the first page. */
      cursor: Cursor,
    }),
    output: listOf(Invoice, pageSize),
    failures: [unconfigured, misconfigured, unavailable, refused],
    reads: own,
  },
  async ({ cursor }, _, [, billing]) => {
    await needStripe();
    const row = shownRowOf(billing);
    if (!row) return { items: [] };
    const { items, next } = await reach(invoicesFrom(row, cursor));
    const debited = isProcessing(row) ? row.debit?.invoice : undefined;
    const shown = items.map(({ id, createdAt, status: known, total, currency, tax, returned, ...rest }) => {
      const { number, dueAt, pdfUrl, pageUrl } = rest;
      // threat: an invoice that a bank pays is offered for payment again
      const status = id === debited && known === "open" ? "processing" : known;
      const more = withoutUndefined({
        number,
        dueAt,
        pdfUrl,
        pageUrl,
        tax: tax || undefined,
        returned: returned || undefined,
      });
      return { id, createdAt, status, total, currency, ...describeCash(rest), ...more };
    });
    return { items: shown, ...(next && { next }) };
  },
);

// threat: a subscription is canceled while Stripe makes a change of it
/** Seats that wait for their payment hold up no end: https://docs.stripe.com/billing/subscriptions/pending-updates */
const isUnderWay = ({ waitsUntil }: Op) => waitsUntil === undefined;

async function subscribed(
  [, billing]: RowsOf<ReturnType<typeof own>>,
  isHeldUpBy: (op: Op, mirror: Mirror) => boolean = () => true,
): Promise<{ row: Row; mirror: Mirror }> {
  await needStripe();
  const row = shownRowOf(billing);
  if (!row?.mirror || !isLive(row.mirror)) throw unsubscribed();
  // threat: nobody can cancel before the renewal while a change waits for its payment
  if (row.op && isHeldUpBy(row.op, row.mirror)) throw busyWith(row.op);
  return { row, mirror: row.mirror };
}

/** Records who requested it, has Stripe do it, and copies the result. Can be repeated. */
async function request(actor: Member, row: Row, event: Step, call: () => Promise<void>): Promise<Info> {
  if (!isBegun()) {
    // threat: a cancellation, a resumption or a discount overwrites a change that has begun
    await table.write(save(actor.organization, row, row), event, Dirty.mark(actor.organization), ...begin());
  }
  // threat: an outage of Stripe is answered to a request as a bug
  await reach(call());
  await reconcileOne(actor.organization, actor);
  const [organizationRow, billing] = await table.getMany(own({}, actor));
  return describe(organizationRow, billing);
}

/** Returns what Stripe has now: a code must not replace what was applied since it was copied. */
async function current({ customer }: Row, { subscription }: Mirror): Promise<StripeSubscription | undefined> {
  return (await stripe().subscriptionsOf(customer)).find(({ id }) => id === subscription);
}

/** Its coupon may be for another currency or product, or for new customers only. */
function asUnusable(error: unknown): never {
  throw error instanceof StripeError && error.outcome === "refused" ? codeFailures.unusable({ cause: error }) : error;
}

async function promotionOf(code: string): Promise<string> {
  const found = await reach(stripe().promotions(code));
  const active = found.find(({ isActive }) => isActive);
  if (active) return active.id;
  const [newest] = found;
  if (!newest) throw codeFailures.unknown();
  if (newest.isUsedUp) throw codeFailures.used();
  throw newest.endsAt && newest.endsAt <= instant() ? codeFailures.expired() : codeFailures.unknown();
}

function customerOf(billing: BillingRow | undefined): string {
  const customer = shownRowOf(billing)?.customer;
  if (!customer) throw failures.customerless();
  return customer;
}

async function reach<T>(call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    throw failureOf(error);
  });
}
