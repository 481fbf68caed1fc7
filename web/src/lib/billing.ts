import { minuteMs } from "@muster/core/base/duration.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, v1 } from "./api.ts";

// Billing of an organization. Separate from the rest of the API, which every page loads.

const billing = v1.organizations[":organization"].billing;

export type Billing = Awaited<ReturnType<typeof getBilling>>;
export type PaymentMethod = NonNullable<Billing["paymentMethod"]>;
export type BillingStatus = Billing["billingStatus"];
/** A part of the billing contact that Stripe refused. */
export type ContactRefusal = NonNullable<Billing["contactRefusals"]>[number];
export type Period = "monthly" | "quarterly" | "yearly";
export type Wish = { seats: number; plan?: Period };
/** The purpose in the seat ledger. */
export type Purpose = "invitation" | "import" | "member";
export type Quoted = Awaited<ReturnType<typeof previewChange>>;
export type Invoice = Awaited<ReturnType<typeof listInvoices>>["items"][number];

export function getBilling(organization: string) {
  return read(billing.$get({ param: { organization }, query: {} }));
}

/** Reads what a change of seats or plan costs now. */
export function previewChange(organization: string, json: Wish) {
  return read(billing.preview.$post({ param: { organization }, json }));
}

/** Changes seats or plan for the displayed price, or not at all. */
export function changeSeats(organization: string, wish: Wish & { purpose?: Purpose }, { quote }: Quoted) {
  return read(billing.resize.$post({ param: { organization }, json: { ...wish, quote } }));
}

/** Sets up to how many seats are added automatically, and how many are kept free; or turns that off. */
export function changeAutomaticSeats(organization: string, json: { limit: number | null; spare?: number }) {
  return read(billing["automatic-seats"].$post({ param: { organization }, json }));
}

/** Returns the page to pay on; the same request returns the same page, and another request ends it. */
export function beginCheckout(organization: string, json: Required<Wish>) {
  return read(billing.checkout.$post({ param: { organization }, json }));
}

/** The status of a checkout; reading changes nothing that is not already so at Stripe. */
export function confirmCheckout(organization: string, checkout: string) {
  return read(billing.confirm.$post({ param: { organization }, json: { checkout } }));
}

export function cancelSubscription(organization: string) {
  return read(billing.cancel.$post({ param: { organization }, json: {} }));
}

export function resumeSubscription(organization: string) {
  return read(billing.resume.$post({ param: { organization }, json: {} }));
}

/** Returns a payment that bought nothing. */
export function refundPayment(organization: string, payment: { invoice: string; to: "card" | "balance" }) {
  return read(billing.refund.$post({ param: { organization }, json: payment }));
}

/** Applies a code; in place of a discount that is in force only if `replace` says so. */
export function takeDiscount(organization: string, code: string, replace: boolean) {
  return read(billing.discount.$post({ param: { organization }, json: { code, replace } }));
}

export function openPortal(organization: string, purpose?: "payment_method") {
  const json = purpose === undefined ? {} : { purpose };
  return read(billing.portal.$post({ param: { organization }, json }));
}

export function listInvoices(organization: string, cursor?: string) {
  return read(billing.invoices.$get({ param: { organization }, query: after(cursor) }));
}

/** Returns the general setting at which this can be corrected: of several, the first. */
export function settingOf({ field }: ContactRefusal) {
  return field === "address" ? "address.street" : field === "contact" ? "contact.email" : field;
}

// Queries

export function billingKey(organizationId: string) {
  return ["organization", organizationId, "billing"] as const;
}

export function billingQuery(organizationId: string) {
  return queryOptions({
    queryKey: billingKey(organizationId),
    queryFn: async ({ client }) => {
      const before = client.getQueryData<Billing>(billingKey(organizationId));
      const billing = await getBilling(organizationId);
      // A change that has ended may have been charged.
      // threat: the upcoming invoice is outdated once a change is paid
      if ((before?.change && !billing.change) || (before?.processing && !billing.processing)) {
        void client.invalidateQueries({ queryKey: invoicesKey(organizationId) });
      }
      return billing;
    },
    staleTime: 0,
    // What is under way arrives by itself.
    refetchInterval: ({ state }) =>
      state.data?.processing || state.data?.change?.dueAt ? minuteMs : state.data?.change ? 4_000 : false,
  });
}

export function invoicesKey(organizationId: string) {
  return ["organization", organizationId, "invoices"] as const;
}

export function invoicesQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: invoicesKey(organizationId),
    queryFn: ({ pageParam }) => listInvoices(organizationId, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: { next?: string | undefined }) => page.next,
    staleTime: 0,
  });
}
