import type {
  StripeDispute,
  StripeInvoice,
  StripeMovement,
  StripePaidInvoice,
  StripeRefund,
  StripeUpcoming,
} from "./stripe-invoice.ts";

/**
 * The operations of Stripe that Muster uses, in Muster's terms. Instants are ISO 8601, amounts in the smallest unit of
 * the currency.
 */

/** A discount on a subscription: a percentage or an amount. */
export type StripeDiscount = {
  /** The promotion code that was used, or the coupon's name. */
  name: string | undefined;
  percent: number | undefined;
  amount: number | undefined;
  currency: string | undefined;
  endsAt: string | undefined;
  /** Applies to the next invoice only. */
  once: boolean | undefined;
};

/** A way to pay: a card, or an account at a bank. */
export type StripeMethod = {
  /** Stripe's name of its kind, such as `card` or `sepa_debit`. */
  type: string;
  /** The brand of a card, or the bank. */
  issuer: string | undefined;
  last4: string | undefined;
  /** The last month of a card, such as `2030-12`. */
  expires: string | undefined;
};

/** A line of a subscription: one of them is for seats. */
export type StripeItem = { id: string; price: string; quantity: number; periodStart: string; periodEnd: string };

export type StripeSubscription = {
  id: string;
  customer: string;
  /** Somebody has deleted the customer at Stripe, which ends its subscriptions. */
  isCustomerDeleted: boolean;
  /** The organization that it was created for, according to its metadata. */
  organization: string | undefined;
  items: StripeItem[];
  status: string;
  createdAt: string;
  endedAt: string | undefined;
  endsWithPeriod: boolean;
  /** The time it ends: with its period, or at an instant that somebody chose at Stripe. */
  cancelAt: string | undefined;
  trialEnd: string | undefined;
  discounts: StripeDiscount[];
  /** The way its invoices are to be paid: of its own default and the customer's, the newer one. */
  method: (StripeMethod & { id: string }) | undefined;
  /** Its own default, which Stripe charges whatever the customer's is. */
  ownMethod: string | undefined;
  /** The customer's default. */
  usualMethod: string | undefined;
  /** Its invoices are sent, to be paid by hand within so many days. Missing if they are charged. */
  daysUntilDue: number | undefined;
  /** The account that bought it, if that was in Muster. */
  buyer: string | undefined;
  /** The last seat operation that was applied to it. */
  op: string | undefined;
  /** A change that is not paid yet, and the operation that made it. */
  pending: { op: string | undefined; until: string } | undefined;
  latestInvoice: string | undefined;
};

/**
 * The new seats and price. If it `grows`, it is paid at once and applied only when paid; otherwise it counts from the
 * next invoice.
 */
export type SeatChange = {
  subscription: string;
  item: string;
  price: string;
  /** The item has that price, which is not sent: Stripe takes no archived price again. */
  keepsPrice?: boolean;
  quantity: number;
  prorationAt: string;
  grows: boolean;
  /** An account at a bank pays it: Stripe makes it at once, since such a change cannot wait for its payment. */
  isDebited?: boolean;
  /** An invoice is sent for it, and it is made before that is paid. */
  invoiced?: unknown;
  /** Nobody is there to confirm its payment: it is refused if it is not paid at once. */
  isAutomatic?: boolean;
};

export type Amount = { amount: number; currency: string };
/** The amount of an invoice, and the tax in it: 0 if the balance pays a part. */
export type TaxedAmount = Amount & { tax: number };

export type StripeCheckout = {
  id: string;
  isOpen: boolean;
  customer: string | undefined;
  subscription: string | undefined;
  /** The name that it was created with. */
  name: string | undefined;
  url: string | undefined;
};

export type CheckoutWish = {
  customer: string;
  organization: string;
  /** The account that buys. */
  by: string | undefined;
  name: string;
  price: string;
  quantity: number;
  minimum: number;
  maximum: number;
  trialDays: number;
  expiresAt: string;
  successUrl: string;
  cancelUrl: string;
  /** The ways to pay, by Stripe's names. Without them, Stripe offers those of the account. */
  methodTypes: readonly string[] | undefined;
  /** True if Stripe computes taxes, and asks for an address and a tax id. */
  tax: boolean;
};

export type StripePromotion = { id: string; isActive: boolean; endsAt: string | undefined; isUsedUp: boolean };

export type StripeContact = {
  name: string;
  email: string | undefined;
  phone: string | undefined;
  country: string | undefined;
  street: string | undefined;
  city: string | undefined;
  state: string | undefined;
  postalCode: string | undefined;
  /** Fields that are not sent: Stripe keeps what it has. */
  keeps: readonly ("name" | "email" | "phone" | "address")[];
};

/** The object that an event concerns. The event's own data is never trusted. */
export type StripeEvent = {
  id: string;
  organization: string | undefined;
  /** Of a payment, its method or its credit note, which are not marked with an organization, and of a subscription. */
  customer: string | undefined;
  /** A dispute of a payment, which names no customer either. */
  dispute: string | undefined;
};

/** The amounts that are returned, and the reason in Stripe's words. Without a reason, it was paid twice. */
export type StripeReturn = { card: number; balance: number; reason?: "duplicate" | "order_change" };

export type StripePage<T> = { items: T[]; next: string | undefined };

/** Each call throws StripeError if it failed, or if its result is unknown. */
export type Stripe = {
  /** Resolves if the configuration exists and is usable. Sends Stripe nothing. */
  ready(): Promise<void>;
  /** Creates a customer who is marked with an organization, and has no name yet. */
  createCustomer(organization: string, key: string): Promise<string>;
  /** Returns whether a customer is there, and was not deleted. */
  hasCustomer(customer: string): Promise<boolean>;
  /** Returns the organization that a customer is marked with, if the customer is there. */
  organizationOf(customer: string): Promise<string | undefined>;
  /** Returns what the customer's next invoices use first, unless it is nothing, or the customer was deleted. */
  creditOf(customer: string): Promise<Amount | undefined>;
  updateCustomer(customer: string, contact: StripeContact): Promise<void>;
  /** Deletes a customer permanently, with their cards. Invoices stay in the books. */
  removeCustomer(customer: string): Promise<void>;
  /** Returns all of a customer, ended ones included, newest first. */
  subscriptionsOf(customer: string): Promise<StripeSubscription[]>;
  /** Returns all of the account, ended ones included, newest first. */
  subscriptions(after?: string): Promise<StripePage<StripeSubscription>>;
  changeSeats(change: SeatChange, op: string, key: string): Promise<void>;
  /** Returns what the invoice of a change that grows would charge now. */
  preview(change: SeatChange): Promise<TaxedAmount>;
  /** Returns what the next invoice would charge after a change that does not grow, or nothing if there will be none. */
  nextInvoice(change: SeatChange): Promise<TaxedAmount | undefined>;
  /** Returns the next invoice of a subscription that nobody changes, or nothing if there will be none. */
  upcoming(subscription: string): Promise<StripeUpcoming | undefined>;
  /** Removes the name of a change, with its seats: `isCredited` if what is left of the period is. */
  revertSeats(subscription: string, seats?: { item: string; quantity: number; isCredited: boolean }): Promise<void>;
  /** Labels a subscription with its organization, as a checkout does. */
  label(subscription: string, organization: string): Promise<void>;
  setEnding(subscription: string, endsWithPeriod: boolean): Promise<void>;
  /** Removes the instant at which somebody has let a subscription end at Stripe. */
  clearEnd(subscription: string): Promise<void>;
  addDiscount(subscription: string, promotion: string): Promise<void>;
  /** Cancels it at once. @param credits what is left of its period goes to the customer's balance */
  cancel(subscription: string, credits?: boolean): Promise<void>;
  /** Returns what would be left of a period that is paid if it was canceled now, with what waits for an invoice. */
  unusedTime(subscription: string): Promise<Amount | undefined>;
  /** Makes a payment method that of the customer, and of the subscription, which then has none of its own. */
  useMethod(customer: string, subscription: string, method: string): Promise<void>;
  /** Makes a draft final, so that Stripe sends it. */
  finalizeInvoice(invoice: string): Promise<void>;
  /** Ends an invoice that is not paid. A draft is made final before, and not sent. */
  voidInvoice(invoice: string, isDraft: boolean): Promise<void>;
  /** Charges an open invoice at once. */
  pay(invoice: string, key: string): Promise<void>;
  promotions(code: string): Promise<StripePromotion[]>;
  openCheckout(wish: CheckoutWish, key: string): Promise<StripeCheckout>;
  checkout(id: string): Promise<StripeCheckout>;
  openCheckouts(customer: string): Promise<StripeCheckout[]>;
  expireCheckout(id: string): Promise<void>;
  /** Returns a page for everything, or only for another payment method. */
  portal(customer: string, returnUrl: string, purpose?: "payment_method"): Promise<string>;
  /** Returns an invoice with all of its lines. */
  invoice(id: string): Promise<StripeInvoice>;
  /** Returns what the credit notes of an invoice have returned so far, and where it went. */
  refunds(invoice: string): Promise<StripeRefund[]>;
  /** Makes a credit note for a paid invoice: so much goes to the card, so much to the customer's balance. */
  refund(invoice: string, parts: StripeReturn, key: string): Promise<void>;
  /** Returns invoices with their first lines, newest first. */
  invoices(customer: string, after?: string, limit?: number): Promise<StripePage<StripeInvoice>>;
  /** The same, each with what was paid for it: the charges of all are read at once, and the disputes of each that has some. */
  paidInvoices(customer: string, after?: string, limit?: number): Promise<StripePage<StripePaidInvoice>>;
  /** Returns all movements of money of a customer, unless the key may not read them. */
  movements(customer: string): Promise<StripeMovement[] | undefined>;
  /** Returns a dispute, unless there is none, or the key may not read it. */
  dispute(id: string): Promise<StripeDispute | undefined>;
  /** Returns events about subscriptions, their payments and checkouts: of some types, and then of others. */
  events(since: string, after?: string): Promise<StripePage<StripeEvent>>;
};

/**
 * A failed call. `refused`: not done, and never will be. `busy`: not done; retrying may succeed. `lost`: unknown;
 * retrying with the same key is safe. `failed`: unknown, and Stripe may fail again for this key.
 */
export class StripeError extends Error {
  override name = "StripeError";
  readonly outcome: "refused" | "busy" | "lost" | "failed";
  readonly code: string | undefined;
  /** The parameter that was refused, as Stripe names it: `address[country]`. */
  readonly param: string | undefined;

  constructor(
    outcome: StripeError["outcome"],
    message: string,
    more: { code?: string | undefined; param?: string | undefined; cause?: unknown },
  ) {
    super(message, { cause: more.cause });
    this.outcome = outcome;
    this.code = more.code;
    this.param = more.param;
  }
}
