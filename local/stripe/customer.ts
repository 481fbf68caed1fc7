import type Stripe from "stripe";
import { type Account, change, emit, mergeMetadata, newId } from "./account.ts";
import { refuseLong } from "./bounds.ts";
import * as Card from "./card.ts";
import { isWithin, type List, page } from "./list.ts";
import { invalid, missing, unknown } from "./refusal.ts";
import type { Customer, PaymentMethod, TaxId } from "./wire.ts";

type Address = NonNullable<Customer["address"]>;

/** Shapes of the most common ids; others only must not be empty. */
const taxIdShapes: Record<string, RegExp> = {
  eu_vat: /^[A-Z]{2}[A-Z0-9]{2,12}$/,
  gb_vat: /^GB(\d{9}|\d{12})$/,
  us_ein: /^\d{2}-\d{7}$/,
};

export function create(account: Account, params: Stripe.CustomerCreateParams): Customer {
  const { state, contract } = account;
  const { test_clock = null } = params;
  if (test_clock !== null && !state.testClocks.has(test_clock)) throw unknown("test clock", test_clock, "test_clock");
  const id = newId("cus");
  const customer = contract.make("customer", {
    id,
    created: (test_clock && state.testClocks.get(test_clock)?.frozen_time) || account.now(),
    currency: null,
    delinquent: false,
    invoice_prefix: id.slice(-8).toUpperCase(),
    next_invoice_sequence: 1,
    preferred_locales: [],
    tax_exempt: "none",
    address: null,
    name: null,
    phone: null,
    test_clock,
  });
  fill(customer, params);
  state.customers.set(id, customer);
  if (params.payment_method) Card.attach(account, params.payment_method, id);
  setDefault(account, customer, params);
  emit(account, "customer.created", customer);
  for (const { type, value } of params.tax_id_data ?? []) createTaxId(account, { type, value }, id);
  return customer;
}

export function update(account: Account, params: Stripe.CustomerUpdateParams, id: string): Customer {
  const customer = get(account, id);
  if (params.address !== undefined) refuseUnlocatable(account, id, params.address || undefined);
  change(account, "customer.updated", customer, (one) => {
    fill(one, params);
    setDefault(account, one, params);
  });
  return customer;
}

/** An existing customer; operations on a deleted one are refused. */
export function get({ state }: Account, id: string, param = "customer"): Customer {
  const customer = state.customers.get(id);
  if (!customer) throw missing("customer", id, param);
  return customer;
}

/**
 * Returns the customer that a parameter names.
 * @throws Refusal 400, unlike for one that the address names
 */
export function named({ state }: Account, id: string): Customer {
  const customer = state.customers.get(id);
  if (!customer) throw unknown("customer", id, "customer");
  return customer;
}

export function retrieve(account: Account, _params: object, id: string): object {
  return account.state.deletedCustomers.get(id) ?? get(account, id);
}

export function list({ state }: Account, params: Stripe.CustomerListParams): List<Customer> {
  const wanted = [...state.customers.values()].filter(
    ({ email, created, test_clock }) =>
      (params.email ?? email) === email &&
      (test_clock ?? null) === (params.test_clock ?? null) &&
      isWithin(created, params.created),
  );
  return page(wanted, "/v1/customers", params);
}

export function createTaxId(account: Account, params: Stripe.CustomerCreateTaxIdParams, customer: string): TaxId {
  get(account, customer);
  const { type, value } = params;
  if (!(taxIdShapes[type] ?? /\S/).test(value)) {
    throw invalid(`Invalid value for ${type}.`, { code: "tax_id_invalid", param: "value" });
  }
  const taxId = account.contract.make("tax_id", {
    id: newId("txi"),
    country: type === "eu_vat" ? value.slice(0, 2) : type.slice(0, 2).toUpperCase(),
    created: account.now(),
    customer,
    owner: { customer, customer_account: null, type: "customer" },
    type,
    value,
    verification: { status: "verified", verified_address: null, verified_name: null },
  });
  account.state.taxIds.set(taxId.id, taxId);
  emit(account, "customer.tax_id.created", taxId);
  return taxId;
}

export function removeTaxId(account: Account, _params: object, customer: string, id: string) {
  const taxId = account.state.taxIds.get(id);
  if (taxId?.customer !== customer) throw missing("tax ID", id);
  account.state.taxIds.delete(id);
  emit(account, "customer.tax_id.deleted", taxId);
  return { id, object: "tax_id", deleted: true };
}

export function listTaxIds(account: Account, params: Stripe.CustomerListTaxIdsParams, customer: string): List<TaxId> {
  get(account, customer);
  return page(taxIdsOf(account, customer), `/v1/customers/${customer}/tax_ids`, params);
}

export const taxIdsOf = ({ state }: Account, customer: string) =>
  [...state.taxIds.values()].filter((one) => one.customer === customer);

export function listPaymentMethods(
  account: Account,
  params: Stripe.PaymentMethodListParams,
  customer = params.customer ?? "",
): List<PaymentMethod> {
  get(account, customer);
  const wanted = [...account.state.paymentMethods.values()].filter((one) => one.customer === customer);
  return page(wanted, "/v1/payment_methods", params);
}

/** Sets the values of a request; an empty text clears. */
function fill(customer: Customer, params: Stripe.CustomerUpdateParams): void {
  const { name, email, phone, description, address, tax_exempt } = params;
  refuseLong(params);
  if (email && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw invalid(`Invalid email address: ${email}`, { code: "email_invalid", param: "email" });
  }
  if (name !== undefined) customer.name = name || null;
  if (email !== undefined) customer.email = email || null;
  if (phone !== undefined) customer.phone = phone || null;
  if (description !== undefined) customer.description = description || null;
  if (address !== undefined) customer.address = address ? addressOf(address) : null;
  if (tax_exempt !== undefined) customer.tax_exempt = tax_exempt || "none";
  customer.metadata = mergeMetadata(customer.metadata, params.metadata);
}

/**
 * https://docs.stripe.com/changelog/acacia/2024-10-28/tax-validate-location-auto: an address must be enough to compute
 * the taxes of a subscription by, which needs a postal code in the United States.
 * https://docs.stripe.com/tax/customer-locations
 */
function refuseUnlocatable({ state }: Account, id: string, address: Stripe.AddressParam | undefined): void {
  const isTaxed = [...state.subscriptions.values()].some(
    ({ customer, automatic_tax, ended_at }) => customer === id && automatic_tax.enabled && ended_at === null,
  );
  const isLocated = address?.country && (address.country !== "US" || address.postal_code);
  if (!isTaxed || isLocated) return;
  throw invalid("The customer's location isn't recognized. Set a valid customer address.", {
    code: "customer_tax_location_invalid",
    param: "address",
  });
}

function setDefault(account: Account, customer: Customer, { invoice_settings }: Stripe.CustomerUpdateParams): void {
  const method = invoice_settings?.default_payment_method;
  if (method === undefined) return;
  const param = "invoice_settings[default_payment_method]";
  customer.invoice_settings.default_payment_method = method ? Card.owned(account, method, customer.id, param) : null;
}

/** @throws Refusal of a country that does not exist: https://docs.stripe.com/error-codes#country-code-invalid */
export function addressOf(given: Stripe.AddressParam): Address {
  const { city, country, line1, line2, postal_code, state } = given;
  // threat: Stripe's stand-in stores an address in a country that does not exist
  if (country && !isCountry(country)) {
    throw invalid(`Country '${country}' is unknown. Try a 2-letter country code, such as 'US' or 'DE'.`, {
      code: "country_code_invalid",
      param: "address[country]",
    });
  }
  return {
    city: city || null,
    country: country || null,
    line1: line1 || null,
    line2: line2 || null,
    postal_code: postal_code || null,
    state: state || null,
  };
}

const names = new Intl.DisplayNames("en", { type: "region", fallback: "none" });
/** Codes that have a name, and are of no country by ISO 3166-1. */
const others = ["EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"];
const isCountry = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) && !others.includes(code) && names.of(code) !== undefined;
