import * as v from "valibot";
import * as ID from "../base/id.ts";
import type { Actor, Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { begin } from "../kernel/idempotency.ts";
import { hasStripe, stripe, table } from "../kernel/ports.ts";
import { StripeError } from "../kernel/stripe-port.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Step } from "../table/table.ts";
import { underKey } from "./commands.ts";
import * as Dirty from "./dirty.ts";
import { billingKeys } from "./keys.ts";
import { Result, reconcileOne } from "./reconcile.ts";
import { type Row, rowOf } from "./row.ts";
import { save } from "./save.ts";

// Customers at Stripe: made with the first purchase, and found by events about payment methods, which name no organization.

// Functions

/** Reconciles the organization that a customer at Stripe is recorded for, if it is one. */
export const reconcileCustomer = fn(
  "billing.reconcileCustomer",
  { input: v.strictObject({ customer: v.string() }), output: Result },
  async ({ customer }, actor): Promise<Result> =>
    // threat: a payment method that changed during an outage is never looked at
    unlessOut(
      async () => reconcileFor(customer, actor),
      () => Dirty.queueCustomersLater(customer),
    ),
);

/** The same for the customer whose payment is disputed. */
export const reconcileDispute = fn(
  "billing.reconcileDispute",
  { input: v.strictObject({ dispute: v.string() }), output: Result },
  async ({ dispute }, actor): Promise<Result> =>
    // threat: a payment that is disputed during an outage is never looked at
    unlessOut(
      async () => {
        const { customer } = (await stripe().dispute(dispute)) ?? {};
        if (customer === undefined) return { result: "equal" };
        const found = await reconcileFor(customer, actor, { dispute });
        // nothing but this job knows of the dispute yet
        // threat: a dispute is forgotten because Stripe refuses to be read
        if (found.isUnread || (found.result === "waiting" && !found.awaits)) await Dirty.queueDisputesLater(dispute);
        return found;
      },
      () => Dirty.queueDisputesLater(dispute),
    ),
);

async function reconcileFor(customer: string, actor: Actor, also?: { dispute: string }): Promise<Result> {
  const organization = await stripe().organizationOf(customer);
  if (!ID.is("organization", organization)) return { result: "equal" };
  const { customer: current, former = [] } = rowOf(await table.get(billingKeys.billing(organization))) ?? {};
  // threat: a foreign customer's label reconciles an organization
  // threat: a dispute of a customer who was deleted at Stripe is never looked at
  const isOwn = current === customer || former.includes(customer);
  return isOwn ? reconcileOne(organization, actor, also) : { result: "equal" };
}

/** Asks again later while Stripe is out of reach: no marker is left to sweep. What it refuses belongs to others. */
async function unlessOut(run: () => Promise<Result>, later: () => Promise<void>): Promise<Result> {
  if (!hasStripe()) return { result: "equal" };
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    if (error.outcome === "refused") return { result: "equal" };
    await later();
    return { result: "waiting" };
  }
}

/**
 * The first customer that is stored counts; one that was also created never buys anything. A customer who was deleted at
 * Stripe is replaced, and remembered.
 * @param isThere the organization can become a customer
 */
export async function becomeCustomer(
  before: Row | undefined,
  { organizationRow, actor, isThere }: { organizationRow: OrganizationRow; actor: Member; isThere: Step },
): Promise<Row> {
  const { organization, email } = actor;
  const customer = await makeCustomer(organization, before?.customer);
  const unknown = { phone: undefined, country: undefined, street: undefined, city: undefined, state: undefined };
  const contact = { name: organizationRow.name, email, ...unknown, postalCode: undefined, keeps: ["address"] as const };
  await stripe().updateCustomer(customer, contact);
  const { checkout: _, version = 0, ...rest } = before ?? {};
  const former = before && { former: [...(before.former ?? []), before.customer] };
  const next = { ...rest, customer, ...former };
  await table.write(save(organization, before, next), isThere, ...begin());
  return { ...next, version: version + 1 };
}

/** The key makes it one customer for all requests. */
const makeCustomer = (organization: string, former: string | undefined): Promise<string> =>
  underKey(["cus", organization, ...(former === undefined ? [] : [former])].join(":"), (key) =>
    stripe().createCustomer(organization, key),
  );
