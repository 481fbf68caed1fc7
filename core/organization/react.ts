import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import type { Job } from "../billing/reconcile.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";

/** Whether anything follows for what an organization pays from an event of this type. */
export const follows = (type: string): boolean => type === "organization.deleted" || type === "organization.restored";

/** Has Stripe looked at soon. Twice does no harm, and what is lost is found by the marker. */
export const react = fn("organization.react", { input: Audit.Announcement, output: v.void() }, async ({ owner }) => {
  if (!ID.is("organization", owner) || !(await table.get(Keys.billing(owner)))) return;
  await queues.send("work", [{ job: "reconcile", organization: owner } satisfies v.InferInput<typeof Job>]);
});
