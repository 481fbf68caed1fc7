import * as v from "valibot";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { hasStripe, plans, stripe, table } from "../kernel/ports.ts";
import { type StripeContact, StripeError } from "../kernel/stripe-port.ts";
import * as General from "../setting/general.ts";
import { settingKeys } from "../setting/keys.ts";
import { own } from "./billing.ts";
import * as Dirty from "./dirty.ts";
import { ownerEmailOf } from "./owner-email.ts";
import { customerMissing } from "./reconcile.ts";
import { isSame, type Row, failures as rowFailures, shownRowOf } from "./row.ts";
import { save } from "./save.ts";
import type { ContactField, ContactRefusal } from "./shape.ts";

/** Parts of an address, by Stripe's names of them. */
const parts = {
  "address[country]": "country",
  "address[line1]": "street",
  "address[city]": "city",
  "address[state]": "state",
  "address[postal_code]": "postalCode",
} as const;
type Part = (typeof parts)[keyof typeof parts];
type Sent = StripeContact["keeps"][number];
const whole: readonly Sent[] = ["name", "email", "phone", "address"];
/** Stripe's code for a customer who is not there. */
const customerGone = "resource_missing";
/** Stripe repeats what it refuses, shortened. */
const maxReason = 300;

// Functions

/**
 * Sends Stripe the billing contact and address of the general settings, if there is a customer. What Stripe refuses of
 * it is left out and recorded, for owners and an operator.
 */
export const sync = fn(
  "billing.sync",
  {
    input: v.strictObject({
      organization: ID.schema("organization"),
      /** The email address was changed: without one, an owner gets the invoices. Otherwise the last one stays. */
      hasNewEmail: v.optional(v.boolean(), false),
    }),
    output: v.object({ synced: v.boolean() }),
    failures: [rowFailures.moved],
    reads: ({ organization }) => [...own({}, { organization }), settingKeys.section(organization, "general")],
  },
  async ({ organization, hasNewEmail }, _actor, [organizationRow, billing, now]) => {
    const row = shownRowOf(billing);
    if (!hasStripe() || !organizationRow || !row || organizationRow.state === "deleted") return { synced: false };
    const { name, contact, address } = General.describe({ organizationRow, now });
    const { email: usual, phone, billingEmail = usual } = contact;
    // threat: invoices go to a billing address that was removed
    // threat: invoices go to the contact although there is a billing address
    const email = billingEmail ?? (hasNewEmail ? await ownerEmailOf(organization) : undefined);
    const { country, street, city, state, postalCode } = address;
    const wanted = { name, email, phone, country, street, city, state, postalCode, keeps: [] };
    const emailField = contact.billingEmail === undefined ? "contact.email" : "contact.billingEmail";
    try {
      const refusals = await send(row.customer, located(wanted), emailField);
      await record(organization, row, refusals);
      return { synced: refusals.length === 0 };
    } catch (error) {
      // somebody has deleted the customer at Stripe: the next purchase makes another
      if (!(error instanceof StripeError) || error.code !== customerGone) throw error;
      await Dirty.needAttentionToo(organization, customerMissing);
      return { synced: false };
    }
  },
);

/** Sends it, and without what Stripe refuses of it, as often as Stripe names something else. Returns what it refused. */
async function send(customer: string, wanted: StripeContact, emailField: ContactField): Promise<ContactRefusal[]> {
  const refusals: ContactRefusal[] = [];
  for (let contact: StripeContact | undefined = wanted; contact; ) {
    try {
      await stripe().updateCustomer(customer, contact);
      break;
    } catch (error) {
      // threat: a contact that could not be sent during an outage of Stripe is taken for refused
      if (!isRefusal(error)) throw error;
      const refused = refusedOf(error, contact);
      const field = fieldOf(refused, emailField);
      // threat: nobody is told what Stripe refuses of a contact
      refusals.push({ field, reason: error.message.replace(/^Stripe: /, "").slice(0, maxReason) });
      // threat: a field that Stripe refuses keeps the others from it
      contact = refused && without(contact, refused);
    }
  }
  return refusals;
}

/** The customer may also be gone. */
const isRefusal = (error: unknown): error is StripeError =>
  error instanceof StripeError && error.outcome === "refused" && error.code !== customerGone;

/** Returns what Stripe refuses of what was sent; nothing if it does not say. */
function refusedOf({ code, param = "" }: StripeError, { keeps, ...contact }: StripeContact): Part | Sent | undefined {
  const part = Object.entries(parts).find(([name]) => name === param)?.[1];
  if (part && contact[part] !== undefined) return part;
  // threat: an address that Stripe Tax can't locate keeps a new email address from it
  const named = part || code === "customer_tax_location_invalid" ? "address" : whole.find((one) => one === param);
  // threat: a refusal that names nothing, or what was not sent, is answered by another call without an end
  return named && !keeps.includes(named) ? named : undefined;
}

/** Stripe keeps what it had; a part of an address would be of another place, and is empty. */
const without = (contact: StripeContact, refused: Part | Sent): StripeContact =>
  isSent(refused) ? { ...contact, keeps: [...contact.keeps, refused] } : located({ ...contact, [refused]: undefined });

/** Without a country Stripe Tax has no rate, so the address that Stripe has stays: the one from the checkout. */
const located = (contact: StripeContact): StripeContact =>
  // threat: a rename removes the address that taxes are computed by
  plans().tax === true && contact.country === undefined && !contact.keeps.includes("address")
    ? { ...contact, keeps: [...contact.keeps, "address"] }
    : contact;

/** Returns the general setting that a refused value is from. */
function fieldOf(refused: Part | Sent | undefined, emailField: ContactField): ContactField {
  if (refused === undefined) return "contact";
  if (!isSent(refused)) return `address.${refused}`;
  return refused === "email" ? emailField : refused === "phone" ? "contact.phone" : refused;
}

const isSent = (refused: Part | Sent): refused is Sent => whole.some((one) => one === refused);

/** Records what Stripe refused where owners see it, and marks the organization, so that an operator does. */
async function record(organization: ID.ID<"organization">, row: Row, refusals: ContactRefusal[]): Promise<void> {
  const { contactRefusals = [], ...rest } = row;
  if (isSame(contactRefusals, refusals)) return;
  // threat: what Stripe has accepted is still called refused
  const next = refusals.length > 0 ? { ...rest, contactRefusals: refusals } : rest;
  await table.write(save(organization, row, next), Dirty.mark(organization));
}
