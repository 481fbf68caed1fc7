// What was paid at Stripe, and what of it went back, in Muster's terms.

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
