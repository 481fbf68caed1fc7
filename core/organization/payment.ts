import type { FailureType } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import * as Dirty from "../billing/dirty.ts";
import { billingKeys } from "../billing/keys.ts";
import { type BillingRow, rowOf } from "../billing/row.ts";
import { absent, check, type Step, when } from "../table/table.ts";

// What deleting and restoring mean for payment: the write marks the organization as dirty, and then Stripe is made to
// agree.

type Organization = ID<"organization">;

// Steps for other writes

/**
 * Ends payment after the write, and makes sure that an organization without a customer has none at the time of the
 * write.
 */
export const ending = (organization: Organization, billing: BillingRow | undefined, changed: FailureType): Step =>
  // threat: a deleted organization keeps paying
  // threat: an organization becomes a customer while it is deleted
  billing ? Dirty.mark(organization) : check(billingKeys.billing(organization), when(absent, changed));

/** Reconciles payment after the write. While the organization is deleted it cannot become a customer. */
export const resuming = (organization: Organization, billing: BillingRow | undefined): Step[] =>
  // threat: a restored organization is never looked at
  billing ? [Dirty.mark(organization)] : [];

/** Returns whether seats were ever bought: then only Stripe tells whether the organization may grow. */
export const hasBought = (billing: BillingRow | undefined): boolean => rowOf(billing)?.mirror !== undefined;
