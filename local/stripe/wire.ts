import type Stripe from "stripe";

type Plain = string | number | boolean | null | undefined | void;
/** A field that names an object holds its id, unless a request expands it. */
type Named<T> = string extends T ? Exclude<T, { object: string }> : T;

/** An object in the form that the library reads: decimals are strings, other objects are ids. */
export type Wire<T> = T extends Plain
  ? T
  : T extends Stripe.Decimal
    ? string
    : T extends readonly (infer Element)[]
      ? Wire<Named<Element>>[]
      : T extends object
        ? { [Key in keyof T]: Wire<Named<T[Key]>> }
        : T;

/** Every object in the stand-in's answers: the name in its `object` → the library's type of it. */
export const types = {
  balance_transaction: "BalanceTransaction",
  "billing_portal.configuration": "BillingPortal.Configuration",
  "billing_portal.session": "BillingPortal.Session",
  charge: "Charge",
  "checkout.session": "Checkout.Session",
  coupon: "Coupon",
  credit_note: "CreditNote",
  credit_note_line_item: "CreditNoteLineItem",
  customer: "Customer",
  deleted_coupon: "DeletedCoupon",
  deleted_customer: "DeletedCustomer",
  deleted_discount: "DeletedDiscount",
  deleted_product: "DeletedProduct",
  deleted_tax_id: "DeletedTaxId",
  deleted_test_clock: "TestHelpers.DeletedTestClock",
  deleted_webhook_endpoint: "DeletedWebhookEndpoint",
  discount: "Discount",
  dispute: "Dispute",
  event: "Event",
  invoice: "Invoice",
  invoice_payment: "InvoicePayment",
  item: "LineItem",
  line_item: "InvoiceLineItem",
  payment_intent: "PaymentIntent",
  payment_method: "PaymentMethod",
  plan: "Plan",
  price: "Price",
  product: "Product",
  promotion_code: "PromotionCode",
  refund: "Refund",
  subscription: "Subscription",
  subscription_item: "SubscriptionItem",
  tax_id: "TaxId",
  "test_helpers.test_clock": "TestHelpers.TestClock",
  webhook_endpoint: "WebhookEndpoint",
} as const;

export type BalanceTransaction = Wire<Stripe.BalanceTransaction>;
export type Charge = Wire<Stripe.Charge>;
export type CheckoutSession = Wire<Stripe.Checkout.Session>;
export type Coupon = Wire<Stripe.Coupon>;
export type CreditNote = Wire<Stripe.CreditNote>;
export type CreditNoteLine = Wire<Stripe.CreditNoteLineItem>;
export type Customer = Wire<Stripe.Customer>;
export type Discount = Wire<Stripe.Discount>;
export type Dispute = Wire<Stripe.Dispute>;
export type Invoice = Wire<Stripe.Invoice>;
export type InvoiceLine = Wire<Stripe.InvoiceLineItem>;
export type PaymentMethod = Wire<Stripe.PaymentMethod>;
export type PortalConfiguration = Wire<Stripe.BillingPortal.Configuration>;
export type PortalSession = Wire<Stripe.BillingPortal.Session>;
export type Price = Wire<Stripe.Price>;
export type Product = Wire<Stripe.Product>;
export type PromotionCode = Wire<Stripe.PromotionCode>;
export type Refund = Wire<Stripe.Refund>;
export type Subscription = Wire<Stripe.Subscription>;
export type SubscriptionItem = Wire<Stripe.SubscriptionItem>;
export type TaxId = Wire<Stripe.TaxId>;
export type TestClock = Wire<Stripe.TestHelpers.TestClock>;
export type WebhookEndpoint = Wire<Stripe.WebhookEndpoint>;

export type Objects = {
  balance_transaction: BalanceTransaction;
  "billing_portal.configuration": PortalConfiguration;
  "billing_portal.session": PortalSession;
  charge: Charge;
  "checkout.session": CheckoutSession;
  coupon: Coupon;
  credit_note: CreditNote;
  credit_note_line_item: CreditNoteLine;
  customer: Customer;
  discount: Discount;
  dispute: Dispute;
  invoice: Invoice;
  invoice_payment: Wire<Stripe.InvoicePayment>;
  item: Wire<Stripe.LineItem>;
  line_item: InvoiceLine;
  payment_intent: Wire<Stripe.PaymentIntent>;
  payment_method: PaymentMethod;
  plan: Wire<Stripe.Plan>;
  price: Price;
  product: Product;
  promotion_code: PromotionCode;
  refund: Refund;
  subscription: Subscription;
  subscription_item: SubscriptionItem;
  tax_id: TaxId;
  "test_helpers.test_clock": TestClock;
  webhook_endpoint: WebhookEndpoint;
};

/** An event as it is stored and sent. */
export type EventRecord = {
  id: string;
  object: "event";
  api_version: string;
  created: number;
  data: { object: object; previous_attributes?: object };
  livemode: false;
  pending_webhooks: number;
  request: { id: string | null; idempotency_key: string | null };
  type: EventType;
};

export type EventType = Stripe.Event["type"];
