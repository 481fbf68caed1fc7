import * as v from "valibot";
import { billingKeys } from "../billing/keys.ts";
import type { Job } from "../billing/reconcile.ts";
import { fn } from "../kernel/fn.ts";
import { queues, table } from "../kernel/ports.ts";
import { Announcement, on, respond } from "../kernel/reaction.ts";
import { OrganizationDeleted, OrganizationRestored } from "./events.ts";

/** Reconciles with Stripe soon. Can be repeated; if it is lost, the dirty marker remains. */
export const reactions = on([OrganizationDeleted, OrganizationRestored], async (_, { owner }) => {
  if (!(await table.get(billingKeys.billing(owner)))) return;
  await queues.send("work", [{ job: "reconcile", organization: owner } satisfies v.InferInput<typeof Job>]);
});

export const react = fn("organization.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);
