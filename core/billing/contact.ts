import type * as Audit from "../audit/audit.ts";
import * as ID from "../kernel/id.ts";

// Whom Stripe writes to follows from the general settings, and is told it as soon as there is a customer.

const told = ["setting.saved", "organization.renamed", "billing.checkout_begun"];

/** Whether Stripe must be told of an event of this type. */
export const follows = (type: string): boolean => told.includes(type);

/** Tells Stripe whom to write to and where. Twice does no harm. What does so is loaded only where it is done. */
export async function react({ owner }: Audit.Announcement): Promise<void> {
  if (!ID.is("organization", owner)) return;
  const { sync } = await import("./manage.ts");
  await sync({ organization: owner });
}
