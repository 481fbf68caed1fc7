import type { OrganizationRow } from "../organization/row.ts";
import { all, any, equal, lacks } from "../table/table.ts";

// Functions

/** Returns whether an organization pays, or an operator granted it seats. A trial is no proof of payment. */
export const isTrusted = ({ plan, hasPaid = false, grantedSeats = 0 }: OrganizationRow): boolean =>
  // threat: strangers are mailed without limit from a free organization
  (plan !== "free" && hasPaid) || grantedSeats > 0;

/** Holds while an organization is not trusted. */
export const isUntrusted = all(
  any(equal("plan", "free"), lacks("hasPaid")),
  any(lacks("grantedSeats"), equal("grantedSeats", 0)),
);
