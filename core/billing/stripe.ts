import type StripeLibrary from "stripe";
import { pause } from "../kernel/ports.ts";
import { type SeatChange, type Stripe, StripeError } from "../kernel/stripe-port.ts";
import { pageSize } from "./limits.ts";
import { eventsAt } from "./stripe-events.ts";
import { invoicesAt, prorated } from "./stripe-invoices.ts";
import { paymentsAt } from "./stripe-payments.ts";
import { checkoutOf, pageOf, promotionOf, secondsOf, subscriptionOf } from "./stripe-shapes.ts";

/** Ended ones too. A list has only the ids of discounts and payment methods unless it is expanded. */
const parts = [
  "data.discounts.promotion_code",
  "data.discounts.source.coupon",
  "data.default_payment_method",
  "data.customer.invoice_settings.default_payment_method",
];
// threat: a discount that was taken is not shown
const everySubscription = { status: "all" as const, limit: pageSize, expand: parts };
const conflict = 409;
/** The key is wrong, or lacks a permission: nothing is done, and the same call succeeds once the key is right. */
const unauthorized = [401, 403];
const tooMany = 429;
const serverError = 500;
// threat: a request that was one too many is repeated once
/** The library repeats no request that was one too many. A person waits for the answer, so this is short. */
const maxRetries = 2;
// threat: Muster gives up before Stripe takes requests again
const firstWaitMs = 400;

type Library = StripeLibrary;
export type StripeConfig = Pick<StripeLibrary.StripeConfig, "host" | "port" | "protocol" | "maxNetworkRetries">;

/**
 * The port over Stripe's library, which the first call loads, so that no function starts later for it.
 * @param config the address of a stand-in, for a local run
 */
export function stripeOf(key: string, config: StripeConfig = {}): Stripe {
  return stripeOver(async () => {
    const { default: Client } = await import("stripe");
    return new Client(key, { timeout: 10_000, maxNetworkRetries: 2, telemetry: false, ...config });
  });
}

/**
 * The same with another client.
 * @param wait before another attempt at what Stripe refused because there were too many requests
 */
export function stripeOver(load: () => Promise<Library>, wait: (attempt: number) => Promise<void> = backOff): Stripe {
  let loading: Promise<Library> | undefined;

  async function atStripe<T>(call: (library: Library) => Promise<T>): Promise<T> {
    const library = await (loading ??= load());
    for (let attempt = 1; ; attempt++) {
      try {
        return await call(library);
      } catch (error) {
        // nothing was done, so the same request can be sent again
        // threat: a request that was one too many for Stripe is given up at once
        // threat: requests that are too many for Stripe are repeated without an end
        if (!isTooMany(error) || attempt > maxRetries) throw outcomeOf(error);
        await wait(attempt);
      }
    }
  }

  return {
    ...invoicesAt(atStripe),
    ...paymentsAt(atStripe),
    ...eventsAt(atStripe),
    ready: async () => {},
    createCustomer: (organizationId, idempotencyKey) =>
      atStripe(async ({ customers }) => {
        return (await customers.create({ metadata: { organizationId } }, { idempotencyKey })).id;
      }),
    hasCustomer: (customer) =>
      atStripe(({ customers }) =>
        customers.retrieve(customer).then(({ deleted }) => deleted !== true, asMissing(false)),
      ),
    organizationOf: (customer) =>
      atStripe(async ({ customers, subscriptions }) => {
        const found = await customers.retrieve(customer).catch(asMissing(undefined));
        if (!found?.deleted) return found?.metadata.organizationId;
        // a deleted customer keeps its subscriptions with their labels, and nothing else
        const { data } = await subscriptions.list({ customer, ...everySubscription });
        return data.find(({ metadata }) => metadata.organizationId)?.metadata.organizationId;
      }),
    creditOf: (customer) =>
      atStripe(async ({ customers }) => {
        const found = await customers.retrieve(customer).catch(asMissing(undefined));
        if (!found || found.deleted || found.balance >= 0 || !found.currency) return;
        return { amount: -found.balance, currency: found.currency };
      }),
    updateCustomer: (customer, { name, email, phone, country, street, city, state, postalCode, keeps }) =>
      atStripe(async ({ customers }) => {
        const parts = { country, line1: street, city, state, postal_code: postalCode };
        const address = Object.fromEntries(Object.entries(parts).map(([part, text]) => [part, text ?? ""]));
        const all = { name, email, phone: phone ?? "", address };
        // without an email address nobody gets receipts, so the last one stays
        const isSent = (field: string, value: unknown) => value !== undefined && !keeps.some((one) => one === field);
        await customers.update(
          customer,
          Object.fromEntries(Object.entries(all).filter(([field, value]) => isSent(field, value))),
        );
      }),
    removeCustomer: (customer) => atStripe(async ({ customers }) => void (await customers.del(customer))),
    subscriptionsOf: (customer) =>
      atStripe(async ({ subscriptions }) => {
        return (await subscriptions.list({ customer, ...everySubscription })).data.map(subscriptionOf);
      }),
    subscriptions: (after) =>
      atStripe(async ({ subscriptions }) => {
        const page = await subscriptions.list({ ...everySubscription, ...(after && { starting_after: after }) });
        return pageOf(page, subscriptionOf);
      }),
    changeSeats: (change, op, idempotencyKey) =>
      atStripe(async ({ subscriptions }) => {
        await subscriptions.update(
          change.subscription,
          {
            ...prorated(change),
            metadata: { seat_op: op },
            ...(change.grows && !change.invoiced && { payment_behavior: behaviorOf(change) }),
          },
          { idempotencyKey },
        );
      }),
    label: (subscription, organizationId) =>
      atStripe(
        async ({ subscriptions }) => void (await subscriptions.update(subscription, { metadata: { organizationId } })),
      ),
    setEnding: (subscription, cancel_at_period_end) =>
      atStripe(async ({ subscriptions }) => void (await subscriptions.update(subscription, { cancel_at_period_end }))),
    clearEnd: (subscription) =>
      atStripe(async ({ subscriptions }) => void (await subscriptions.update(subscription, { cancel_at: "" }))),
    addDiscount: (subscription, promotion_code) =>
      atStripe(
        async ({ subscriptions }) =>
          void (await subscriptions.update(subscription, { discounts: [{ promotion_code }] })),
      ),
    cancel: (subscription, credits = false) =>
      atStripe(async ({ subscriptions }) => {
        await subscriptions.cancel(subscription, credits ? { prorate: true, invoice_now: true } : {});
      }),
    useMethod: (customer, subscription, default_payment_method) =>
      atStripe(async ({ customers, subscriptions }) => {
        await customers.update(customer, { invoice_settings: { default_payment_method } });
        // threat: a subscription without a payment method is charged nothing
        await subscriptions.update(subscription, { default_payment_method: "" });
      }),
    pay: (invoice, idempotencyKey) =>
      atStripe(async ({ invoices }) => void (await invoices.pay(invoice, {}, { idempotencyKey }))),
    promotions: (code) =>
      atStripe(async ({ promotionCodes }) => {
        const { data } = await promotionCodes.list({ code, limit: pageSize, expand: ["data.promotion.coupon"] });
        return data.map(promotionOf);
      }),
    openCheckout: (wish, idempotencyKey) =>
      atStripe(async ({ checkout }) => {
        const metadata = { organizationId: wish.organization, name: wish.name };
        const session = await checkout.sessions.create(
          {
            mode: "subscription",
            customer: wish.customer,
            ...(wish.methodTypes && { allowed_payment_method_types: methodTypesOf(wish.methodTypes) }),
            line_items: [
              {
                price: wish.price,
                quantity: wish.quantity,
                adjustable_quantity: { enabled: true, minimum: wish.minimum, maximum: wish.maximum },
              },
            ],
            metadata,
            // threat: no tax is collected where it is turned on
            ...(wish.tax && taxed),
            subscription_data: {
              metadata: { organizationId: wish.organization, ...(wish.by && { buyer: wish.by }) },
              ...(wish.trialDays > 0 && { trial_period_days: wish.trialDays }),
            },
            allow_promotion_codes: true,
            expires_at: secondsOf(wish.expiresAt),
            success_url: wish.successUrl,
            cancel_url: wish.cancelUrl,
          },
          { idempotencyKey },
        );
        return checkoutOf(session);
      }),
    checkout: (id) => atStripe(async ({ checkout }) => checkoutOf(await checkout.sessions.retrieve(id))),
    openCheckouts: (customer) =>
      atStripe(async ({ checkout }) => {
        const { data } = await checkout.sessions.list({ customer, status: "open", limit: pageSize });
        return data.map(checkoutOf);
      }),
    expireCheckout: (id) => atStripe(async ({ checkout }) => void (await checkout.sessions.expire(id))),
    portal: (customer, return_url, purpose) =>
      atStripe(async ({ billingPortal: { configurations, sessions } }) => {
        const { data } = await configurations.list({ active: true, limit: pageSize });
        const configuration = data.find(({ metadata }) => metadata?.muster === "portal")?.id;
        const after_completion = { type: "redirect" as const, redirect: { return_url } };
        const flow_data = { type: "payment_method_update" as const, after_completion };
        // threat: the page for another method shows everything
        const more = { ...(configuration && { configuration }), ...(purpose && { flow_data }) };
        return (await sessions.create({ customer, return_url, ...more })).url;
      }),
  };
}

/**
 * Pending updates are for some methods: https://docs.stripe.com/billing/subscriptions/pending-updates#before-you-begin
 * Unlike those, a change that Stripe refuses holds up no other: https://docs.stripe.com/api/subscriptions/update
 */
const behaviorOf = ({ isDebited, isAutomatic }: SeatChange) =>
  isDebited || isAutomatic ? "error_if_incomplete" : "pending_if_incomplete";

/** Saves what a person types in a checkout, because a customer who exists is taxed by it. */
const taxed = {
  automatic_tax: { enabled: true },
  tax_id_collection: { enabled: true },
  customer_update: { address: "auto" as const, name: "auto" as const },
};

type MethodType = StripeLibrary.Checkout.SessionCreateParams.AllowedPaymentMethodType;
const methodTypesOf = (types: readonly string[]) => [...types] as MethodType[];

function asMissing<T>(value: T) {
  return (error: unknown): T => {
    if ((error as { code?: unknown }).code === "resource_missing") return value;
    throw error;
  };
}

/** Longer each time, and not for all at once: https://docs.stripe.com/rate-limits#handling-limiting-gracefully */
const backOff = (attempt: number) => pause(firstWaitMs * 2 ** (attempt - 1) * (1 + Math.random()));

const isTooMany = (error: unknown) => error instanceof Error && "statusCode" in error && error.statusCode === tooMany;

/** Stripe calls every 402 a card error and some 409 an API error, so only the status decides. */
function outcomeOf(error: unknown): unknown {
  if (!(error instanceof Error) || !("type" in error) || !String(error.type).startsWith("Stripe")) return error;
  const { statusCode: status, code, param } = error as StripeLibrary.errors.StripeError;
  // the key was used for another request, whose answer is not known here
  const isOtherRequest = error.type === "StripeIdempotencyError" && status !== conflict;
  const outcome =
    // threat: a wrong key of Stripe makes every change be dropped
    // threat: nobody buys for a day after the answer to a new customer was lost
    status === undefined
      ? "lost"
      : status >= serverError || isOtherRequest
        ? "failed"
        : status === tooMany || status === conflict || unauthorized.includes(status)
          ? "busy"
          : "refused";
  return new StripeError(outcome, `Stripe: ${error.message}`, { code, param, cause: error });
}
