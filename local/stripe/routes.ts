import type Stripe from "stripe";
import { type Account, day } from "./account.ts";
import * as Balance from "./balance.ts";
import * as Card from "./card.ts";
import * as Checkout from "./checkout.ts";
import * as Collect from "./collect.ts";
import * as CreditNote from "./credit-note.ts";
import * as Customer from "./customer.ts";
import * as Dispute from "./dispute.ts";
import * as Endpoint from "./endpoint.ts";
import * as Invoice from "./invoice.ts";
import { isWithin, page } from "./list.ts";
import * as Portal from "./portal.ts";
import { createPreview } from "./preview.ts";
import * as Product from "./product.ts";
import * as Promotion from "./promotion.ts";
import * as Refund from "./refund.ts";
import { invalid, missing } from "./refusal.ts";
import { removeCustomer } from "./removal.ts";
import * as Subscription from "./subscription.ts";
import { update as updateSubscription } from "./subscription-update.ts";
import * as TestClock from "./test-clock.ts";

export type Route = {
  /** The library's method, whose types define the parameters and the answer. */
  call: string;
  method: string;
  pattern: RegExp;
  /** The supported parameters; others are refused, even if Stripe supports them. */
  serves: string[];
  run: (account: Account, params: object, ...ids: string[]) => object;
};

const paging = "limit starting_after ending_before";
const created = "created created.gt created.gte created.lt created.lte";
const address = ["city", "country", "line1", "line2", "postal_code", "state"].map((one) => `address.${one}`).join(" ");
const customer = `name email phone description address ${address} tax_exempt metadata.* metadata invoice_settings.default_payment_method`;
const discounts = "discounts discounts[].coupon discounts[].promotion_code discounts[].discount";
const items = "items[].id items[].price items[].quantity items[].deleted";
const proration = "proration_behavior proration_date";
const ending = "cancellation_details.comment cancellation_details.feedback";
const preview = `${items} ${proration} trial_end cancel_at_period_end cancel_now`.replaceAll(
  /(\S+)/g,
  "subscription_details.$1",
);
const line = "line_items[].price line_items[].quantity";
const adjustable = ["enabled", "minimum", "maximum"].map((one) => `line_items[].adjustable_quantity.${one}`).join(" ");

export const routes: Route[] = [
  route(
    "customers.create",
    "POST /v1/customers",
    Customer.create,
    `${customer} payment_method test_clock tax_id_data[].type tax_id_data[].value`,
  ),
  route("customers.retrieve", "GET /v1/customers/:id", Customer.retrieve),
  route("customers.update", "POST /v1/customers/:id", Customer.update, customer),
  route("customers.del", "DELETE /v1/customers/:id", removeCustomer),
  route("customers.list", "GET /v1/customers", Customer.list, `email test_clock ${created} ${paging}`),
  route("customers.createTaxId", "POST /v1/customers/:id/tax_ids", Customer.createTaxId, "type value"),
  route("customers.listTaxIds", "GET /v1/customers/:id/tax_ids", Customer.listTaxIds, paging),
  route("customers.deleteTaxId", "DELETE /v1/customers/:id/tax_ids/:id", Customer.removeTaxId),
  route(
    "customers.listPaymentMethods",
    "GET /v1/customers/:id/payment_methods",
    Customer.listPaymentMethods,
    `type ${paging}`,
  ),
  route("paymentMethods.retrieve", "GET /v1/payment_methods/:id", (account, _params, id) => Card.get(account, id)),
  route("paymentMethods.update", "POST /v1/payment_methods/:id", Card.update, "card.exp_month card.exp_year"),
  route("paymentMethods.attach", "POST /v1/payment_methods/:id/attach", attach, "customer"),
  route("paymentMethods.detach", "POST /v1/payment_methods/:id/detach", (account, _params, id) =>
    Card.detach(account, id),
  ),
  route(
    "paymentMethods.list",
    "GET /v1/payment_methods",
    (account, params: Stripe.PaymentMethodListParams) => Customer.listPaymentMethods(account, params),
    `customer type ${paging}`,
  ),
  route("products.create", "POST /v1/products", Product.create, "id name description active metadata.*"),
  route("products.retrieve", "GET /v1/products/:id", (account, _params, id) => Product.get(account, id)),
  route("products.update", "POST /v1/products/:id", Product.update, "name description active metadata.*"),
  route("products.list", "GET /v1/products", Product.list, `active ids[] ${created} ${paging}`),
  route(
    "prices.create",
    "POST /v1/prices",
    Product.createPrice,
    "currency product unit_amount recurring.interval recurring.interval_count lookup_key transfer_lookup_key nickname active metadata.* tax_behavior",
  ),
  route("prices.retrieve", "GET /v1/prices/:id", (account, _params, id) => Product.getPrice(account, id)),
  route(
    "prices.update",
    "POST /v1/prices/:id",
    Product.updatePrice,
    "active nickname lookup_key transfer_lookup_key metadata.*",
  ),
  route(
    "prices.list",
    "GET /v1/prices",
    Product.listPrices,
    `active product currency lookup_keys[] ${created} ${paging}`,
  ),
  route(
    "coupons.create",
    "POST /v1/coupons",
    Promotion.createCoupon,
    "id percent_off amount_off currency duration duration_in_months max_redemptions redeem_by name metadata.*",
  ),
  route("coupons.retrieve", "GET /v1/coupons/:id", (account, _params, id) => Promotion.getCoupon(account, id)),
  route("coupons.del", "DELETE /v1/coupons/:id", Promotion.removeCoupon),
  route(
    "promotionCodes.create",
    "POST /v1/promotion_codes",
    Promotion.create,
    "promotion.type promotion.coupon code active customer expires_at max_redemptions metadata.*",
  ),
  route("promotionCodes.retrieve", "GET /v1/promotion_codes/:id", (account, _params, id) => Promotion.get(account, id)),
  route("promotionCodes.update", "POST /v1/promotion_codes/:id", Promotion.update, "active metadata.*"),
  route(
    "promotionCodes.list",
    "GET /v1/promotion_codes",
    Promotion.list,
    `code active coupon customer ${created} ${paging}`,
  ),
  route(
    "subscriptions.create",
    "POST /v1/subscriptions",
    Subscription.create,
    `customer items[].price items[].quantity metadata.* trial_period_days trial_end default_payment_method payment_behavior off_session billing_mode.type automatic_tax.enabled collection_method days_until_due ${discounts}`,
  ),
  route("subscriptions.retrieve", "GET /v1/subscriptions/:id", (account, _params, id) => Subscription.get(account, id)),
  route(
    "subscriptions.update",
    "POST /v1/subscriptions/:id",
    updateSubscription,
    `${items} ${proration} ${discounts} ${ending} metadata metadata.* payment_behavior off_session cancel_at cancel_at_period_end default_payment_method description trial_end collection_method days_until_due`,
  ),
  route("subscriptions.cancel", "DELETE /v1/subscriptions/:id", Subscription.cancel, `invoice_now prorate ${ending}`),
  route("subscriptions.deleteDiscount", "DELETE /v1/subscriptions/:id/discount", Subscription.deleteDiscount),
  route(
    "subscriptions.list",
    "GET /v1/subscriptions",
    Subscription.list,
    `customer status price test_clock ${created} ${created.replaceAll("created", "current_period_end")} ${paging}`,
  ),
  route(
    "invoices.createPreview",
    "POST /v1/invoices/create_preview",
    createPreview,
    `customer subscription ${discounts} ${preview}`,
  ),
  route("invoices.retrieve", "GET /v1/invoices/:id", (account, _params, id) => Invoice.get(account, id)),
  route("invoices.list", "GET /v1/invoices", Invoice.list, `customer subscription status ${created} ${paging}`),
  route("invoices.listLineItems", "GET /v1/invoices/:id/lines", Invoice.listLines, paging),
  route("invoices.pay", "POST /v1/invoices/:id/pay", Collect.pay, "payment_method off_session"),
  route("invoices.finalizeInvoice", "POST /v1/invoices/:id/finalize", Collect.finalizeInvoice, "auto_advance"),
  route("invoices.markUncollectible", "POST /v1/invoices/:id/mark_uncollectible", Collect.markUncollectible),
  route("invoices.voidInvoice", "POST /v1/invoices/:id/void", Collect.voidInvoice),
  route(
    "creditNotes.create",
    "POST /v1/credit_notes",
    CreditNote.create,
    "invoice amount refund_amount credit_amount reason memo metadata.*",
  ),
  route("invoicePayments.list", "GET /v1/invoice_payments", Refund.listPayments, `invoice status ${paging}`),
  route("refunds.create", "POST /v1/refunds", Refund.create, "payment_intent amount reason"),
  route("refunds.list", "GET /v1/refunds", Refund.list, `charge payment_intent ${created} ${paging}`),
  route("charges.retrieve", "GET /v1/charges/:id", (account, _params, id) => Refund.getCharge(account, id)),
  route("charges.list", "GET /v1/charges", Refund.listCharges, `customer payment_intent ${created} ${paging}`),
  route("disputes.retrieve", "GET /v1/disputes/:id", (account, _params, id) => Dispute.get(account, id)),
  route("disputes.update", "POST /v1/disputes/:id", Dispute.update, "evidence.uncategorized_text submit"),
  route("disputes.close", "POST /v1/disputes/:id/close", Dispute.close),
  route("disputes.list", "GET /v1/disputes", Dispute.list, `charge payment_intent ${created} ${paging}`),
  route(
    "balanceTransactions.list",
    "GET /v1/balance_transactions",
    Balance.list,
    `currency source type ${created} ${paging}`,
  ),
  route("creditNotes.list", "GET /v1/credit_notes", CreditNote.list, `invoice customer ${created} ${paging}`),
  route(
    "checkout.sessions.create",
    "POST /v1/checkout/sessions",
    Checkout.create,
    `mode customer customer_email customer_update.address customer_update.name ${line} ${adjustable} success_url cancel_url allow_promotion_codes client_reference_id expires_at locale metadata.* automatic_tax.enabled billing_address_collection payment_method_collection allowed_payment_method_types[] tax_id_collection.enabled subscription_data.metadata.* subscription_data.trial_period_days subscription_data.billing_mode.type ui_mode ${discounts}`,
  ),
  route("checkout.sessions.retrieve", "GET /v1/checkout/sessions/:id", (account, _params, id) =>
    Checkout.get(account, id),
  ),
  route(
    "checkout.sessions.list",
    "GET /v1/checkout/sessions",
    Checkout.list,
    `customer status subscription ${created} ${paging}`,
  ),
  route("checkout.sessions.expire", "POST /v1/checkout/sessions/:id/expire", Checkout.expire),
  route("checkout.sessions.listLineItems", "GET /v1/checkout/sessions/:id/line_items", Checkout.listLineItems, paging),
  route(
    "billingPortal.sessions.create",
    "POST /v1/billing_portal/sessions",
    Portal.create,
    "customer return_url configuration flow_data.type flow_data.after_completion.type flow_data.after_completion.redirect.return_url",
  ),
  route(
    "billingPortal.configurations.create",
    "POST /v1/billing_portal/configurations",
    Portal.createConfiguration,
    "name default_return_url metadata.* business_profile.headline business_profile.privacy_policy_url business_profile.terms_of_service_url features.customer_update.enabled features.customer_update.allowed_updates[] features.invoice_history.enabled features.payment_method_update.enabled features.subscription_cancel.enabled features.subscription_update.enabled",
  ),
  route(
    "billingPortal.configurations.list",
    "GET /v1/billing_portal/configurations",
    Portal.listConfigurations,
    `active is_default ${paging}`,
  ),
  route(
    "webhookEndpoints.create",
    "POST /v1/webhook_endpoints",
    Endpoint.create,
    "url enabled_events[] description metadata.* api_version",
  ),
  route("webhookEndpoints.retrieve", "GET /v1/webhook_endpoints/:id", (account, _params, id) =>
    Endpoint.get(account, id),
  ),
  route("webhookEndpoints.update", "POST /v1/webhook_endpoints/:id", Endpoint.update, "url enabled_events[] disabled"),
  route("webhookEndpoints.del", "DELETE /v1/webhook_endpoints/:id", Endpoint.remove),
  route("webhookEndpoints.list", "GET /v1/webhook_endpoints", Endpoint.list, paging),
  route("events.retrieve", "GET /v1/events/:id", getEvent),
  route("events.list", "GET /v1/events", listEvents, `type types[] ${created} ${paging}`),
  route("testHelpers.testClocks.create", "POST /v1/test_helpers/test_clocks", TestClock.create, "frozen_time name"),
  route("testHelpers.testClocks.retrieve", "GET /v1/test_helpers/test_clocks/:id", (account, _params, id) =>
    TestClock.get(account, id),
  ),
  route("testHelpers.testClocks.list", "GET /v1/test_helpers/test_clocks", TestClock.list, paging),
  route(
    "testHelpers.testClocks.advance",
    "POST /v1/test_helpers/test_clocks/:id/advance",
    TestClock.advance,
    "frozen_time",
  ),
  route("testHelpers.testClocks.del", "DELETE /v1/test_helpers/test_clocks/:id", TestClock.remove),
];

export const calls = routes.map(({ call }) => call);

/** Returns the parameters of a request that the stand-in does not support. */
export function notServed({ serves }: Route, params: object): string[] {
  return leavesOf(params, "").filter(
    (path) =>
      path !== "expand[]" &&
      !serves.some((one) => one === path || (one.endsWith(".*") && path.startsWith(one.slice(0, -1)))),
  );
}

function leavesOf(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((one) => leavesOf(one, `${path}[]`)))];
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, one]) => leavesOf(one, path ? `${path}.${name}` : name));
}

function route(
  call: string,
  at: string,
  run: (account: Account, params: never, id: string, other: string) => object,
  serves = "",
): Route {
  const [method = "", path = ""] = at.split(" ");
  const pattern = new RegExp(`^${path.replaceAll(":id", "([^/]+)")}$`);
  return { call, method, pattern, serves: serves.split(" ").filter(Boolean), run: run as Route["run"] };
}

function attach(account: Account, { customer: of = "" }: { customer?: string }, id: string) {
  return Card.attach(account, id, of);
}

/** https://docs.stripe.com/api/events: they can be retrieved for 30 days. */
const eventDays = 30;
const isKept = ({ now }: Account, { created }: { created: number }) => created > now() - eventDays * day;

function getEvent(account: Account, _params: object, id: string) {
  const event = account.state.events.get(id);
  if (!event || !isKept(account, event)) throw missing("event", id);
  return event;
}

type EventParams = {
  type?: string;
  types?: string[];
  created?: { gt?: number; gte?: number; lt?: number; lte?: number } | number;
  limit?: number;
  starting_after?: string;
  ending_before?: string;
};

function listEvents(account: Account, params: EventParams) {
  const { type, types = type ? [type] : [] } = params;
  // the comment of the library's EventListParams
  if (type !== undefined && params.types) {
    throw invalid("You may only specify one of these parameters: type, types.", { param: "type" });
  }
  const wants = (name: string) => types.includes(name) || (type?.endsWith("*") && name.startsWith(type.slice(0, -1)));
  const wanted = [...account.state.events.values()].filter(
    (event) =>
      isKept(account, event) && (types.length === 0 || wants(event.type)) && isWithin(event.created, params.created),
  );
  return page(wanted, "/v1/events", params);
}
