import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, stripe, table } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import { Result, reconcileOne } from "./reconcile.ts";
import { rowOf } from "./row.ts";

// What Stripe's events about payment methods need: they name a customer, and no organization.

// Functions

/** Reconciles the organization that a customer at Stripe is recorded for, if it is one. */
export const reconcileCustomer = fn(
  "billing.reconcileCustomer",
  { input: v.strictObject({ customer: v.string() }), output: Result },
  async ({ customer }, actor): Promise<Result> => {
    const organization = hasStripe() ? await organizationOf(customer) : undefined;
    if (organization === "waiting") return { result: "waiting" };
    if (!ID.is("organization", organization)) return { result: "equal" };
    const row = rowOf(await table.get(billingKeys.billing(organization)));
    // threat: a foreign customer's label reconciles an organization
    return row?.customer === customer ? reconcileOne(organization, actor) : { result: "equal" };
  },
);

/** Asks again later while Stripe is out of reach: no marker is left to sweep. What it refuses belongs to others. */
async function organizationOf(customer: string) {
  try {
    return await stripe().organizationOf(customer);
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    if (error.trouble === "refused") return undefined;
    // threat: a payment method that changed during an outage is never looked at
    await Dirty.queueCustomersLater(customer);
    return "waiting";
  }
}
