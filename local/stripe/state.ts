import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Period } from "./period.ts";
import type {
  CheckoutSession,
  Coupon,
  CreditNote,
  Customer,
  Discount,
  Dispute,
  EventRecord,
  Invoice,
  InvoiceLine,
  PaymentMethod,
  PortalConfiguration,
  PortalSession,
  Price,
  Product,
  PromotionCode,
  Refund,
  Subscription,
  TaxId,
  TestClock,
  WebhookEndpoint,
} from "./wire.ts";

export type Decline = "generic_decline" | "insufficient_funds" | "expired_card" | "incorrect_cvc" | "processing_error";

/** A test card and its behavior: https://docs.stripe.com/testing */
export type Card = {
  number: string;
  /** The card cannot even be attached. */
  atOnce?: Decline;
  /** It can be attached, and payments fail. */
  later?: Decline;
  /** The payments that its holder must confirm: the first one, or each. */
  authenticates?: "once" | "always";
  /** Its holder disputes each payment, or has the bank ask about it. */
  disputes?: "dispute" | "inquiry";
  /** It is an account at a bank, which takes days for each payment. */
  debit?: Debit;
};

/** Kinds of bank debits, by Stripe's names. */
export type Debit = "us_bank_account" | "sepa_debit" | "bacs_debit";

/** A line of an invoice, which charges or credits. */
export type Charge = {
  item: string;
  price: Price;
  quantity: number;
  amount: number;
  period: Period;
  proration: boolean;
  description: string;
  /** It returns what was charged for time that is not used; `invoice` and `line` name that, once it is invoiced. */
  credits?: { invoice?: string; line?: string };
};

/** The sum that was charged for an item, after discounts, for the rest of a period. */
export type Charged = { net: number; period: Period; invoice?: string; line?: string };

/** A change of a subscription that waits for the next invoice. */
export type PendingItem = {
  id: string;
  customer: string;
  subscription: string;
  charge: Charge;
};

/** The answer to an idempotency key. */
export type SavedAnswer = {
  fingerprint: string;
  status: number;
  body: string;
  requestId: string;
  /** In seconds. */
  at: number;
};

/** Further facts about a checkout session that Stripe does not show. */
export type CheckoutFacts = {
  lines: { price: string; quantity: number; adjustable: { minimum: number; maximum: number } | null }[];
  metadata: Record<string, string>;
  trialDays: number | null;
  /** The line items' ids, in order. */
  ids: string[];
  /** The card whose holder the bank asks. */
  waiting: { method: string } | null;
  discount: { coupon: string; promotionCode: string | null } | null;
  savesAddress: boolean;
  savesName: boolean;
};

const empty = () => ({
  customers: new Map<string, Customer>(),
  deletedCustomers: new Map<string, object>(),
  taxIds: new Map<string, TaxId>(),
  products: new Map<string, Product>(),
  prices: new Map<string, Price>(),
  coupons: new Map<string, Coupon>(),
  promotionCodes: new Map<string, PromotionCode>(),
  discounts: new Map<string, Discount>(),
  paymentMethods: new Map<string, PaymentMethod>(),
  cards: new Map<string, Card>(),
  subscriptions: new Map<string, Subscription>(),
  pendingItems: new Map<string, PendingItem>(),
  invoices: new Map<string, Invoice>(),
  /** All lines of an invoice. */
  lines: new Map<string, InvoiceLine[]>(),
  /** By item, oldest first. */
  charged: new Map<string, Charged[]>(),
  creditNotes: new Map<string, CreditNote>(),
  refunds: new Map<string, Refund>(),
  disputes: new Map<string, Dispute>(),
  sessions: new Map<string, CheckoutSession>(),
  checkouts: new Map<string, CheckoutFacts>(),
  portalSessions: new Map<string, PortalSession>(),
  portalConfigurations: new Map<string, PortalConfiguration>(),
  testClocks: new Map<string, TestClock>(),
  endpoints: new Map<string, WebhookEndpoint>(),
  /** The signing secrets of each endpoint, newest first. */
  secrets: new Map<string, string[]>(),
  events: new Map<string, EventRecord>(),
  answers: new Map<string, SavedAnswer>(),
  /** The times of requests that count against a limit, in seconds. */
  counted: new Map<string, number[]>(),
  /**
   * Payments that a bank processes: for an invoice, what pays it, when the bank answers, in seconds, and whether the update
   * that it is for was dropped.
   */
  debits: new Map<string, { method: string; endsAt: number; isDropped?: true }>(),
  /** Invoices that were sent, and not paid until they were due. */
  overdue: new Map<string, true>(),
  /** Reminders that were sent: for a subscription, the end of its trial. */
  reminded: new Map<string, number>(),
  /** By how many seconds the clock of the account is ahead. */
  ahead: new Map<string, number>(),
});

export type State = ReturnType<typeof empty>;

export type Store = {
  state: State;
  /** Writes everything to disk, if it is stored there. */
  save: () => void;
};

/** The state of the stand-in: in memory, and with a file also across restarts. */
export function openStore(file?: string): Store {
  const state = empty();
  if (file && existsSync(file)) {
    const kept = JSON.parse(readFileSync(file, "utf8")) as Record<string, [string, never][]>;
    for (const [name, map] of Object.entries(state)) {
      for (const [id, value] of kept[name] ?? []) (map as Map<string, unknown>).set(id, value);
    }
  }
  return { state, save: () => file && write(file, state) };
}

/** Remembers a state. Returns what goes back to it, as often as it is called. */
export function remember(state: State): () => void {
  const kept = structuredClone(state);
  return () => {
    // in one copy, because objects are in several maps at once
    const copy = structuredClone(kept);
    for (const [name, map] of Object.entries(state)) {
      map.clear();
      for (const [id, value] of copy[name as keyof State]) (map as Map<string, unknown>).set(id, value);
    }
  };
}

function write(file: string, state: State): void {
  mkdirSync(dirname(file), { recursive: true });
  const maps = Object.entries(state).map(([name, map]) => [name, [...map]] as const);
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(maps)), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
