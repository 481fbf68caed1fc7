import type Stripe from "stripe";
import { type Account, change, emit, mergeMetadata, newId, timeOf } from "./account.ts";
import * as Card from "./card.ts";
import * as Customer from "./customer.ts";
import { type List, page } from "./list.ts";
import { invalid, missing, unknown } from "./refusal.ts";
import type { PortalConfiguration, PortalSession } from "./wire.ts";

type ConfigurationParams = Stripe.BillingPortal.ConfigurationCreateParams;

const openSeconds = 3_600;
const usual: ConfigurationParams = {
  features: {
    customer_update: { enabled: true, allowed_updates: ["address", "name", "email", "phone", "tax_id"] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
  },
};

export function create(account: Account, params: Stripe.BillingPortal.SessionCreateParams): PortalSession {
  const { state, contract } = account;
  const { customer = "", return_url = null, configuration, flow_data } = params;
  Customer.named(account, customer);
  if (configuration && !state.portalConfigurations.has(configuration)) {
    throw unknown("configuration", configuration, "configuration");
  }
  const { features } = state.portalConfigurations.get(configuration ?? "") ?? defaultConfiguration(account);
  if (flow_data && !features.payment_method_update.enabled) {
    const message = "This flow is disabled in your portal configuration.";
    throw invalid(message, { param: "flow_data[type]" });
  }
  const id = newId("bps");
  const session = contract.make("billing_portal.session", {
    id,
    configuration: configuration ?? defaultConfiguration(account).id,
    created: account.now(),
    customer,
    flow: flow_data ? flowOf(flow_data) : null,
    return_url,
    url: `${account.url}/p/session/${id}`,
  });
  state.portalSessions.set(id, session);
  emit(account, "billing_portal.session.created", session);
  return session;
}

export function createConfiguration(account: Account, params: ConfigurationParams): PortalConfiguration {
  const { headline, privacy_policy_url = null, terms_of_service_url = null } = params.business_profile ?? {};
  const configuration = account.contract.make("billing_portal.configuration", {
    id: newId("bpc"),
    active: true,
    created: account.now(),
    updated: account.now(),
    business_profile: { headline: headline || null, privacy_policy_url, terms_of_service_url },
    default_return_url: params.default_return_url || null,
    is_default: account.state.portalConfigurations.size === 0,
    metadata: mergeMetadata({}, params.metadata),
    name: params.name || null,
  });
  turnOn(configuration.features, params.features);
  account.state.portalConfigurations.set(configuration.id, configuration);
  return configuration;
}

function turnOn(features: PortalConfiguration["features"], wanted: ConfigurationParams["features"]): void {
  const { customer_update: customer, invoice_history: invoices, payment_method_update: methods } = wanted;
  features.customer_update = {
    allowed_updates: customer?.allowed_updates || [],
    enabled: customer?.enabled ?? false,
  };
  features.invoice_history = { enabled: invoices?.enabled ?? false };
  features.payment_method_update = { enabled: methods?.enabled ?? false, payment_method_configuration: null };
}

export const listConfigurations = (
  { state }: Account,
  params: Stripe.BillingPortal.ConfigurationListParams,
): List<PortalConfiguration> =>
  page(
    [...state.portalConfigurations.values()].filter(
      ({ active, is_default }) =>
        (params.active ?? active) === active && (params.is_default ?? is_default) === is_default,
    ),
    "/v1/billing_portal/configurations",
    params,
  );

/** A session that can still be used. */
export function get(account: Account, id: string): PortalSession {
  const session = account.state.portalSessions.get(id);
  if (!session || session.created + openSeconds < account.now()) throw missing("portal session", id);
  return session;
}

export function featuresOf({ state }: Account, { configuration }: PortalSession): PortalConfiguration["features"] {
  const found = state.portalConfigurations.get(configuration);
  if (!found) throw missing("configuration", configuration);
  return found.features;
}

/**
 * Makes a new card the default of the customer. A subscription that has one of its own keeps it:
 * https://docs.stripe.com/customer-management/configure-portal#payment-methods
 */
export function setCard(account: Account, { customer: id }: PortalSession, number: string): void {
  const customer = Customer.get(account, id);
  const method = Card.typedCard(account, number, null);
  Card.attach(account, method.id, id);
  change(account, "customer.updated", customer, (one) => {
    one.invoice_settings.default_payment_method = method.id;
  });
}

/** The customer's invoices, newest first. */
export const invoicesOf = ({ state }: Account, customer: string) =>
  [...state.invoices.values()].filter((one) => one.customer === customer && one.status !== "draft").toReversed();

export const timeShown = (account: Account, { customer }: PortalSession) => timeOf(account, customer);

/** https://docs.stripe.com/customer-management/portal-deep-links: the page is for one thing, and leads back after it. */
function flowOf({ type, after_completion: after }: Stripe.BillingPortal.SessionCreateParams.FlowData) {
  if (type !== "payment_method_update") {
    throw invalid(`The stand-in has no flow ${type}.`, { param: "flow_data[type]" });
  }
  return {
    type,
    after_completion: {
      type: after?.type ?? "portal_homepage",
      redirect: after?.redirect ? { return_url: after.redirect.return_url } : null,
      hosted_confirmation: null,
    },
    customer_update: null,
    subscription_cancel: null,
    subscription_pause: null,
    subscription_update: null,
    subscription_update_confirm: null,
  } as const;
}

function defaultConfiguration(account: Account): PortalConfiguration {
  const known = [...account.state.portalConfigurations.values()].find(({ is_default }) => is_default);
  return known ?? createConfiguration(account, usual);
}
