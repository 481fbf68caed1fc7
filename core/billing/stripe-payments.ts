import type StripeLibrary from "stripe";
import type { StripeCash, StripeDispute, StripeMovement } from "../kernel/stripe-invoice.ts";
import type { Stripe } from "../kernel/stripe-port.ts";
import { pageSize } from "./limits.ts";
import { creditOf, idOf, instantOf, invoiceOf, pageOf } from "./stripe-shapes.ts";

// What was paid at Stripe, and what of it went back since: refunded, credited, or disputed.

type Library = StripeLibrary;
type Invoice = StripeLibrary.Invoice;
type Charge = StripeLibrary.Charge;
type Call = <T>(call: (library: Library) => Promise<T>) => Promise<T>;
type Page<T> = { data: T[]; has_more: boolean };
type Paging = { limit: number; starting_after?: string };
type Refund = StripeLibrary.Refund;

/** A list has only the ids of balance transactions unless it is expanded, down to four levels. */
const ofRefunds = ["data.balance_transaction", "data.failure_balance_transaction"];
const ofCharges = [
  ...ofRefunds,
  "data.refunds.data.balance_transaction",
  "data.refunds.data.failure_balance_transaction",
];

const forbidden = 403;
const states: { readonly [status: string]: StripeDispute["state"] } = {
  warning_needs_response: "asked",
  warning_under_review: "asked",
  // the bank has asked, and withdrew nothing
  warning_closed: "won",
  prevented: "won",
  won: "won",
  lost: "lost",
};

// Functions

export function paymentsAt(atStripe: Call): Pick<Stripe, "dispute" | "movements" | "paidInvoices"> {
  return {
    dispute: (id) =>
      atStripe(({ disputes }) => disputes.retrieve(id, { expand: ["charge"] }).then(disputeOf, unlessUnknown)),
    movements: (customer) => unlessForbidden(() => atStripe((library) => movementsOf(library, customer))),
    paidInvoices: async (customer, after, limit = pageSize) => {
      const paging = { customer, limit, ...(after && { starting_after: after }) };
      const known = await unlessForbidden(() =>
        atStripe(async (library) => {
          const page = await library.invoices.list({ ...paging, expand: ["data.payments"] });
          return { page, cash: await cashOf(library, customer, page.data) };
        }),
      );
      const page = known?.page ?? (await atStripe(({ invoices }) => invoices.list(paging)));
      return pageOf(page, (one) => ({ ...invoiceOf(one), cash: known?.cash.get(one.id) }));
    },
  };
}

export function disputeOf(one: StripeLibrary.Dispute): StripeDispute {
  const { id, charge, status, amount, currency, created, evidence_details: evidence } = one;
  return {
    id,
    customer: typeof charge === "object" ? idOf(charge.customer) : undefined,
    charge: idOf(charge) ?? "",
    // threat: a status that Stripe adds, such as one of an appeal, is taken for the end of a dispute
    state: states[status] ?? "open",
    amount,
    currency,
    createdAt: instantOf(created),
    respondBy: evidence.due_by ? instantOf(evidence.due_by) : undefined,
  };
}

/** Returns what was paid for invoices, by their ids. */
async function cashOf(library: Library, customer: string, invoices: readonly Invoice[]) {
  const charges = await chargesOf(library, customer, invoices);
  const credited = await creditsOf(library, customer, invoices);
  const cash = new Map<string | undefined, StripeCash>();
  for (const { id, payments } of invoices) {
    // threat: what was paid elsewhere is taken for a charge that names no invoice
    const intents = (payments?.data ?? []).flatMap(({ payment }) => idOf(payment.payment_intent) ?? []);
    const own = charges.filter(({ payment_intent: intent }) => intents.includes(idOf(intent) ?? ""));
    const disputes = await Promise.all(
      own.filter(({ disputed }) => disputed).map((one) => everyPage(listDisputes(library, one))),
    );
    cash.set(id, {
      paid: own.reduce((sum, { amount }) => sum + amount, 0),
      refunded: own.reduce((sum, { amount_refunded: amount }) => sum + amount, 0),
      credited: credited.get(id) ?? 0,
      disputes: disputes.flat().map(disputeOf),
    });
  }
  return cash;
}

/** Returns the charges that have paid invoices: each was made after its invoice, and not after that was paid. */
async function chargesOf({ charges }: Library, customer: string, invoices: readonly Invoice[]): Promise<Charge[]> {
  const paid = invoices.filter(({ amount_paid }) => amount_paid > 0);
  if (paid.length === 0) return [];
  const ends = paid.map(({ status_transitions: { paid_at } }) => paid_at);
  const isOpen = ends.includes(null);
  // threat: the payment of an old invoice is not found
  const gte = Math.min(...paid.map(({ created }) => created));
  const created = { gte, ...(!isOpen && { lte: Math.max(...ends.map(Number)) }) };
  const all = await everyPage((paging) => charges.list({ customer, created, ...paging }));
  // threat: what a card has refused counts as paid
  return all.filter(({ status }) => status === "succeeded");
}

/** Returns what credit notes have returned to the balance, by invoice. */
async function creditsOf({ creditNotes }: Library, customer: string, invoices: readonly Invoice[]) {
  const credits = new Map<string | undefined, number>();
  const noted = invoices.filter(({ post_payment_credit_notes_amount: amount }) => amount > 0);
  if (noted.length === 0) return credits;
  const created = { gte: Math.min(...noted.map((one) => one.created)) };
  for (const note of await everyPage((paging) => creditNotes.list({ customer, created, ...paging }))) {
    const invoice = idOf(note.invoice);
    if (note.status === "issued") credits.set(invoice, (credits.get(invoice) ?? 0) + creditOf(note).amount);
  }
  return credits;
}

/** A charge can be disputed again after it was won. */
export async function disputesOf({ disputes }: Library, { id: charge }: Charge): Promise<StripeDispute[]> {
  return (await disputes.list({ charge, limit: pageSize })).data.map(disputeOf);
}

const listDisputes =
  ({ disputes }: Library, { id: charge }: Charge) =>
  (paging: Paging) =>
    disputes.list({ charge, ...paging });

/** Returns what the balance transactions of charges say, with those of their refunds and disputes. */
async function movementsOf(library: Library, customer: string): Promise<StripeMovement[]> {
  const all: StripeMovement[] = [];
  const charges = await everyPage((paging) => library.charges.list({ customer, expand: ofCharges, ...paging }));
  for (const charge of charges) {
    const disputes = charge.disputed ? await everyPage(listDisputes(library, charge)) : [];
    all.push(
      ...movedBy("paid", [charge.balance_transaction, charge.failure_balance_transaction]),
      ...(await refundsOf(library, charge)).flatMap((one) =>
        // threat: a refund that the bank returned is missing in the balance
        movedBy("refunded", [one.balance_transaction, one.failure_balance_transaction]),
      ),
      ...disputes.flatMap((one) => movedBy("disputed", one.balance_transactions)),
    );
  }
  return all;
}

async function refundsOf({ refunds }: Library, { id: charge, refunds: known }: Charge): Promise<Refund[]> {
  // threat: only the first refunds of a charge are counted
  if (!known?.has_more) return known?.data ?? [];
  return everyPage((paging) => refunds.list({ charge, expand: ofRefunds, ...paging }));
}

type Transaction = StripeLibrary.BalanceTransaction | string | null | undefined;

/** Returns the movements of transactions. A payment that a bank still processes has none yet. */
const movedBy = (kind: StripeMovement["kind"], transactions: readonly Transaction[]): StripeMovement[] =>
  transactions.flatMap((one) =>
    one && typeof one === "object"
      ? [{ kind, at: instantOf(one.created), amount: one.amount, currency: one.currency }]
      : [],
  );

async function everyPage<T extends { id: string }>(list: (paging: Paging) => Promise<Page<T>>): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; after = all.at(-1)?.id) {
    const { data, has_more } = await list({ limit: pageSize, ...(after && { starting_after: after }) });
    all.push(...data);
    // threat: only the first hundred payments are found
    if (!has_more) return all;
  }
}

/** An older key is not permitted to read disputes. */
function unlessUnknown(error: unknown): undefined {
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  // threat: with an older key an organization whose payment is disputed is looked at again and again
  if (code !== "resource_missing" && statusCode !== forbidden) throw error;
}

async function unlessForbidden<T>(run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    const { cause } = error as { cause?: { statusCode?: unknown } };
    // threat: an older key can list no invoices
    if (cause?.statusCode === forbidden) return;
    throw error;
  }
}
