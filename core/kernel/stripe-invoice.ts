// Invoices of Stripe, what was paid for them, and what of it went back, in Muster's terms.

/** A payment that its payer disputes with the bank. */
export type StripeDispute = {
  id: string;
  customer: string | undefined;
  /** The charge at Stripe that it is about. */
  charge: string;
  /** `asked`: the bank asks and has reversed nothing. `open`: it has, until it decides. */
  state: "asked" | "open" | "won" | "lost";
  amount: number;
  currency: string;
  createdAt: string;
  /** The time until which Stripe takes evidence, if it takes some. */
  respondBy: string | undefined;
};

/**
 * Money of a customer that came to the balance at Stripe, or left it if `amount` is negative: without Stripe's fees, in the
 * currency of the balance.
 */
export type StripeMovement = {
  at: string;
  kind: "paid" | "refunded" | "disputed";
  amount: number;
  currency: string;
};

/** The amounts that were paid for an invoice at Stripe, and that went back since. */
export type StripeCash = {
  /** The amount that cards or banks have paid. */
  paid: number;
  /** The part that was refunded to them. */
  refunded: number;
  /** The amount that credit notes have returned to the customer's balance. */
  credited: number;
  disputes: StripeDispute[];
};

/** A line of an invoice: `amount` before discounts, and before tax that is added to it. */
export type StripeLine = {
  id: string;
  description: string | undefined;
  amount: number;
  discount: number;
  tax: number;
  quantity: number | undefined;
  price: string | undefined;
  subscription: string | undefined;
  /** For part of a period, which starts when a change took effect. */
  isProration: boolean;
  periodStart: string;
  periodEnd: string;
};

export type StripeInvoice = {
  id: string;
  number: string | undefined;
  createdAt: string;
  /** Its lines, or the first of them: `invoice` returns all. */
  lines: StripeLine[];
  hasMore: boolean;
  status: string;
  /** A bank processes its payment, which takes days. Only `invoice` says so. */
  isProcessing: boolean;
  /** Stripe has tried to charge it. */
  isAttempted: boolean;
  total: number;
  /** Tax in the total, whether it was added or is part of prices. */
  tax: number;
  /** The customer's balance before it: negative if it is credit. */
  balance: number;
  due: number;
  /** The amount that its method has paid at Stripe, and the amount of the balance: not what was written off, or paid elsewhere. */
  charged: number;
  used: number;
  /** The amount that credit notes have returned since it was paid. */
  returned: number;
  currency: string;
  paidAt: string | undefined;
  /** The time Stripe tries to collect it again, if it will. */
  retryAt: string | undefined;
  /** The time until which it is to be paid by hand, if it was sent. */
  dueAt: string | undefined;
  pdfUrl: string | undefined;
  pageUrl: string | undefined;
};

/** `cash` is missing where the key is not permitted to read it. */
export type StripePaidInvoice = StripeInvoice & { cash: StripeCash | undefined };

/** The invoice that comes next, as far as it is known now. */
export type StripeUpcoming = {
  /** The time Stripe collects it, if it plans to. */
  chargedAt: string | undefined;
  /** Its first lines: Stripe lists no others of an invoice that does not exist yet. */
  lines: StripeLine[];
  hasMore: boolean;
  /** The sum that all discounts take off. */
  discount: number;
  tax: number;
  total: number;
  /** The customer's balance before it: negative if it is credit. */
  balance: number;
  due: number;
  currency: string;
};

/** An amount that was returned to the card that paid, or to the balance that the customer's next invoices use. */
export type StripeRefund = {
  amount: number;
  to: "card" | "balance";
  /** A bank has not decided yet whether a part of it stays returned. */
  isDisputed?: true;
};
