import type StripeLibrary from "stripe";
import { slicesOf } from "../base/slices.ts";
import type { Stripe, StripeEvent } from "../kernel/stripe-port.ts";
import { pageSize } from "./limits.ts";
import { pageOf, secondsOf } from "./stripe-shapes.ts";

// Which events of Stripe are received, and what each one concerns.

/** Each of these says that something about a subscription or its payments may have changed. */
export const receivedTypes = [
  "charge.dispute.closed",
  "charge.dispute.created",
  "charge.dispute.updated",
  "charge.refunded",
  "checkout.session.async_payment_failed",
  "checkout.session.async_payment_succeeded",
  "checkout.session.completed",
  "checkout.session.expired",
  "credit_note.created",
  "credit_note.voided",
  "customer.subscription.created",
  "customer.subscription.deleted",
  "customer.subscription.paused",
  "customer.subscription.pending_update_applied",
  "customer.subscription.pending_update_expired",
  "customer.subscription.resumed",
  "customer.subscription.trial_will_end",
  "customer.subscription.updated",
  "customer.updated",
  "invoice.marked_uncollectible",
  "invoice.paid",
  "invoice.payment_failed",
  "invoice.voided",
  "payment_intent.processing",
  "payment_method.attached",
  "payment_method.automatically_updated",
  "payment_method.detached",
  "payment_method.updated",
] as const;

// threat: events are asked for by more types than Stripe takes, and lost ones are never found
/** A list of events is of so many types: https://docs.stripe.com/api/events/list#list_events-types */
const typesPerList = 20;
const typeLists = [...slicesOf<string>(receivedTypes, typesPerList)];

/** Objects that name their customer, and no organization. */
const ofCustomers = ["charge", "credit_note", "payment_intent", "payment_method", "subscription"];

type Call = <T>(call: (library: StripeLibrary) => Promise<T>) => Promise<T>;

// Functions

export function eventsAt(atStripe: Call): Pick<Stripe, "events"> {
  return {
    events: (since, after) =>
      atStripe(async ({ events }) => {
        const [at = "0", last] = after?.split(" ") ?? [];
        const types = typeLists[Number(at)] ?? [];
        const created = { gte: secondsOf(since) };
        const paging = { limit: pageSize, ...(last && { starting_after: last }) };
        const { items, next } = pageOf(await events.list({ created, types, ...paging }), eventOf);
        // threat: only events of the first types are read
        const nextList = Number(at) + 1 < typeLists.length ? String(Number(at) + 1) : undefined;
        return { items, next: next ? `${at} ${next}` : nextList };
      }),
  };
}

/**
 * Returns the object of an event: everything that Muster creates at Stripe is marked with its organization. A payment
 * and its method are of a customer; a detached method was. A subscription may be of another organization's customer. A
 * dispute names neither.
 */
export function eventOf({ id, data }: StripeLibrary.Event): StripeEvent {
  const {
    id: about,
    object,
    metadata,
    parent,
    customer,
  } = data.object as unknown as {
    id?: string;
    object?: string;
    customer?: string | null;
    metadata?: Record<string, string> | null;
    parent?: { subscription_details?: { metadata?: Record<string, string> | null } | null } | null;
  };
  const organization = metadata?.organizationId ?? parent?.subscription_details?.metadata?.organizationId;
  const before = (data.previous_attributes as { customer?: string | null } | undefined)?.customer;
  // threat: nobody is told that a bank processes a payment
  const isOfCustomer = ofCustomers.includes(object ?? "");
  return {
    id,
    organization,
    // threat: a detached payment method concerns nobody
    customer: isOfCustomer ? (customer ?? before ?? undefined) : undefined,
    // threat: a payment is disputed, and nobody is told
    dispute: object === "dispute" ? about : undefined,
  };
}
