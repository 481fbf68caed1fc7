/** What Muster asks of Stripe, in words of its own. Instants are ISO 8601, amounts the smallest unit of the currency. */

/** What a subscription costs less: a part in percent, or an amount. */
export type StripeDiscount = {
  /** The code that was taken, or else what the coupon is called. */
  name: string | undefined;
  percent: number | undefined;
  amount: number | undefined;
  currency: string | undefined;
  endsAt: string | undefined;
  /** Only the next invoice asks for less. */
  once: boolean | undefined;
};

export type StripeSubscription = {
  id: string;
  customer: string;
  /** The organization that it was made for, as its metadata say. */
  organization: string | undefined;
  item: string;
  status: string;
  quantity: number;
  price: string;
  createdAt: string;
  periodEnd: string;
  /** When it ends, if that is decided. */
  cancelAt: string | undefined;
  trialEnd: string | undefined;
  discounts: StripeDiscount[];
  /** The seat operation that it took last. */
  op: string | undefined;
  /** A change that is not paid yet, and which operation it is of. */
  pending: { op: string | undefined; until: string } | undefined;
  latestInvoice: string | undefined;
};

/** Seats and price as they shall be. `grows` is paid at once and made only once it is paid; else it counts on the next invoice. */
export type SeatChange = {
  subscription: string;
  item: string;
  price: string;
  quantity: number;
  prorationAt: string;
  grows: boolean;
};

export type Amount = { amount: number; currency: string };

export type StripeCheckout = {
  id: string;
  isOpen: boolean;
  customer: string | undefined;
  subscription: string | undefined;
  /** The name that it was asked for under. */
  name: string | undefined;
  url: string | undefined;
};

export type CheckoutWish = {
  customer: string;
  organization: string;
  name: string;
  price: string;
  quantity: number;
  minimum: number;
  trialDays: number;
  expiresAt: string;
  successUrl: string;
  cancelUrl: string;
};

export type StripePromotion = { id: string; isActive: boolean; endsAt: string | undefined; isUsedUp: boolean };

export type StripeInvoice = {
  id: string;
  number: string | undefined;
  createdAt: string;
  /** The instant to which a change of the subscription was reckoned, if it is of one. */
  prorationAt: string | undefined;
  status: string;
  total: number;
  due: number;
  currency: string;
  pdfUrl: string | undefined;
  pageUrl: string | undefined;
};

export type StripeContact = {
  name: string;
  email: string | undefined;
  phone: string | undefined;
  country: string | undefined;
  street: string | undefined;
  city: string | undefined;
  state: string | undefined;
  postalCode: string | undefined;
};

/** Whom an event concerns. What it says of them is never believed. */
export type StripeEvent = { id: string; organization: string | undefined };

export type StripePage<T> = { items: T[]; next: string | undefined };

/** Each call throws StripeError when it is not done, or when nobody knows. */
export type Stripe = {
  /** Resolves once its configuration is there and can be used; asks Stripe nothing. */
  ready(): Promise<void>;
  createCustomer(customer: { organization: string; name: string; email: string }, key: string): Promise<string>;
  updateCustomer(customer: string, contact: StripeContact): Promise<void>;
  /** Takes a customer away for good, and with it their cards; what was invoiced stays in the books. */
  removeCustomer(customer: string): Promise<void>;
  /** All of a customer, ended ones too, newest first. */
  subscriptionsOf(customer: string): Promise<StripeSubscription[]>;
  /** All of the account, ended ones too, newest first. */
  subscriptions(after?: string): Promise<StripePage<StripeSubscription>>;
  changeSeats(change: SeatChange, op: string, key: string): Promise<void>;
  /** What an invoice of the change would ask for now. */
  preview(change: SeatChange): Promise<Amount>;
  setEnding(subscription: string, endsWithPeriod: boolean): Promise<void>;
  addDiscount(subscription: string, promotion: string): Promise<void>;
  cancel(subscription: string): Promise<void>;
  promotions(code: string): Promise<StripePromotion[]>;
  openCheckout(wish: CheckoutWish, key: string): Promise<StripeCheckout>;
  checkout(id: string): Promise<StripeCheckout>;
  openCheckouts(customer: string): Promise<StripeCheckout[]>;
  expireCheckout(id: string): Promise<void>;
  portal(customer: string, returnUrl: string): Promise<string>;
  invoice(id: string): Promise<StripeInvoice>;
  invoices(customer: string, after?: string): Promise<StripePage<StripeInvoice>>;
  /** Events about subscriptions, their payment and checkouts, newest first. */
  events(since: string, after?: string): Promise<StripePage<StripeEvent>>;
};

/**
 * How a call went wrong. `refused`: not done, and never will be. `busy`: not done; the same call may be later.
 * `lost`: nobody knows; the same call under the same key is safe. `failed`: nobody knows, and the answer may be kept under the key.
 */
export class StripeError extends Error {
  override name = "StripeError";
  readonly trouble: "refused" | "busy" | "lost" | "failed";
  readonly code: string | undefined;

  constructor(trouble: StripeError["trouble"], message: string, more: { code?: string | undefined; cause?: unknown }) {
    super(message, { cause: more.cause });
    this.trouble = trouble;
    this.code = more.code;
  }
}
