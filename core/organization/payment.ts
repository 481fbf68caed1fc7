import type { FailureType } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import * as Dirty from "../billing/dirty.ts";
import { type BillingRow, rowOf } from "../billing/row.ts";
import { Keys } from "../table/keys.ts";
import { absent, check, type Step, when } from "../table/table.ts";

// What deleting and restoring mean for payment: the write marks the organization, and then Stripe is made to agree.

type Organization = ID<"organization">;

// Steps for somebody else's write

/** Has payment ended after the write; who never was a customer is none in the moment of the write either. */
export const ending = (organization: Organization, billing: BillingRow | undefined, changed: FailureType): Step =>
  billing ? Dirty.mark(organization) : check(Keys.billing(organization), when(absent, changed));

/** Has payment looked at after the write. While it is deleted nobody becomes a customer. */
export const resuming = (organization: Organization, billing: BillingRow | undefined): Step[] =>
  billing ? [Dirty.mark(organization)] : [];

/** Whether seats were bought once: then only a look at Stripe tells whether it may grow. */
export const hasBought = (billing: BillingRow | undefined): boolean => rowOf(billing)?.mirror !== undefined;
