import type StripeLibrary from "stripe";
import type { StripeLine } from "../kernel/stripe-invoice.ts";
import type { SeatChange, Stripe, TaxedAmount } from "../kernel/stripe-port.ts";
import { pageSize } from "./limits.ts";
import { disputesOf } from "./stripe-payments.ts";
import { chargeOf, creditOf, invoiceOf, lineOf, pageOf, refundOf, secondsOf, upcomingOf } from "./stripe-shapes.ts";

// What the port does with invoices: it previews, reads and refunds them.

const forbidden = 403;
const charges = ["data.payment.payment_intent.latest_charge"];

type Library = StripeLibrary;
type Invoice = StripeLibrary.Invoice;
type Call = <T>(call: (library: Library) => Promise<T>) => Promise<T>;
type Calls = Pick<
  Stripe,
  | "preview"
  | "nextInvoice"
  | "upcoming"
  | "unusedTime"
  | "invoice"
  | "invoices"
  | "finalizeInvoice"
  | "voidInvoice"
  | "revertSeats"
  | "refunds"
  | "refund"
>;

// Functions

export function invoicesAt(atStripe: Call): Calls {
  return {
    preview: (change) => atStripe((library) => amountOf(library, change)),
    nextInvoice: (change) => atStripe((library) => unlessNone(amountOf(library, change))),
    upcoming: (subscription) =>
      atStripe(async ({ invoices }) => {
        const found = await unlessNone(invoices.createPreview({ subscription }));
        return found && upcomingOf(found);
      }),
    unusedTime: (subscription) =>
      atStripe(async ({ invoices }) => {
        const wanted = { subscription, subscription_details: { cancel_now: true } };
        const found = await unlessNone(invoices.createPreview(wanted));
        return found && found.total < 0 ? { amount: -found.total, currency: found.currency } : undefined;
      }),
    invoice: (id) =>
      atStripe(async (library) => {
        const found = await library.invoices.retrieve(id);
        // threat: a key that can't read payments is asked to for each invoice
        const invoice = invoiceOf(found.status === "open" ? await withPayments(library, found) : found);
        return invoice.hasMore ? { ...invoice, lines: await allLines(library, id), hasMore: false } : invoice;
      }),
    invoices: (customer, after, limit = pageSize) =>
      atStripe(async ({ invoices }) =>
        pageOf(await invoices.list({ customer, limit, ...(after && { starting_after: after }) }), invoiceOf),
      ),
    finalizeInvoice: (id) =>
      atStripe(async ({ invoices }) => void (await invoices.finalizeInvoice(id, { auto_advance: true }))),
    voidInvoice: (id, isDraft) =>
      atStripe(async ({ invoices }) => {
        if (isDraft) await invoices.finalizeInvoice(id, { auto_advance: false });
        await invoices.voidInvoice(id);
      }),
    revertSeats: (id, seats) =>
      atStripe(async ({ subscriptions }) => {
        const { item = "", quantity = 0, isCredited } = seats ?? {};
        const proration_behavior = isCredited ? ("create_prorations" as const) : ("none" as const);
        const items = { items: [{ id: item, quantity }], proration_behavior };
        await subscriptions.update(id, { metadata: { seat_op: "" }, ...(seats && items) });
      }),
    refunds: (invoice) =>
      atStripe(async (library) => {
        const { creditNotes, invoicePayments } = library;
        const { data: notes } = await creditNotes.list({ invoice, limit: pageSize });
        const { data: payments } = await invoicePayments.list({ invoice, limit: pageSize, expand: charges });
        const charged = payments.flatMap((payment) => chargeOf(payment) ?? []);
        const disputes = await Promise.all(charged.map((charge) => disputesAgainst(library, charge)));
        return [
          // threat: a credit note that was voided counts as a refund
          ...notes.filter(({ status }) => status === "issued").map(creditOf),
          // threat: what was refunded at Stripe without a credit note is returned once more
          ...charged.map((charge, index) => refundOf(charge, disputes[index] ?? [])),
        ].filter(({ amount }) => amount > 0);
      }),
    refund: (invoice, { card, balance, reason = "duplicate" }, idempotencyKey) =>
      atStripe(async ({ creditNotes }) => {
        const parts = { ...(card > 0 && { refund_amount: card }), ...(balance > 0 && { credit_amount: balance }) };
        const note = { invoice, amount: card + balance, ...parts, reason };
        await creditNotes.create(note, { idempotencyKey });
      }),
  };
}

/** Returns a change as a preview and an update take it, so that both compute the same. */
export function prorated({ item, price, keepsPrice, quantity, prorationAt, grows }: SeatChange) {
  return {
    // threat: nobody can change the seats of a price that is no longer sold
    items: [{ id: item, ...(!keepsPrice && { price }), quantity }],
    proration_behavior: grows ? ("always_invoice" as const) : ("create_prorations" as const),
    // threat: a change is priced at another moment than the one that was shown
    proration_date: secondsOf(prorationAt),
  };
}

async function amountOf({ invoices }: Library, change: SeatChange): Promise<TaxedAmount> {
  const { subscription } = change;
  const wanted = { subscription, subscription_details: prorated(change) };
  const { due: amount, total, tax, currency } = invoiceOf(await invoices.createPreview(wanted));
  // the balance pays a part, so that what is due is no amount with this tax in it
  // threat: a price of nothing includes a tax
  return { amount, tax: amount === total ? tax : 0, currency };
}

/** Returns nothing where Stripe says that there will be no invoice. */
async function unlessNone<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    // threat: an outage of Stripe is shown as no upcoming invoice
    if ((error as { code?: unknown }).code !== "invoice_upcoming_none") throw error;
    return;
  }
}

/** Without the permission to read payments, a bank debit counts as the payment of a card does. */
async function withPayments({ invoices }: Library, found: Invoice): Promise<Invoice> {
  try {
    return await invoices.retrieve(found.id ?? "", { expand: ["payments.data.payment.payment_intent"] });
  } catch (error) {
    // threat: an older key stops all changes of an organization whose invoice is open
    if ((error as { statusCode?: unknown }).statusCode === forbidden) return found;
    throw error;
  }
}

/** Without the permission to read disputes, all of a disputed charge counts as returned. */
async function disputesAgainst(library: Library, charge: StripeLibrary.Charge) {
  if (!charge.disputed) return [];
  try {
    return await disputesOf(library, charge);
  } catch (error) {
    // threat: an older key refunds nothing that was disputed
    if ((error as { statusCode?: unknown }).statusCode === forbidden) {
      return [{ amount: charge.amount, state: "lost" as const }];
    }
    throw error;
  }
}

async function allLines({ invoices }: Library, id: string): Promise<StripeLine[]> {
  const lines: StripeLine[] = [];
  for (let after: string | undefined; ; ) {
    const found = await invoices.listLineItems(id, { limit: pageSize, ...(after && { starting_after: after }) });
    const page = pageOf(found, lineOf);
    lines.push(...page.items);
    // threat: an invoice has only its first hundred lines
    if (!page.next) return lines;
    after = page.next;
  }
}
