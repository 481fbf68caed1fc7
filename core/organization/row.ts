import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { billingStatuses } from "../billing/shape.ts";
import { states } from "./shape.ts";

/** All that decides about an organization stands on this row. */
export const OrganizationRow = row({
  pk: id("organization"),
  sk: v.literal("#org"),
  name: v.string(),
  state: known(states),
  /** Whether it may invite and grow. */
  growth: v.boolean(),
  plan: v.string(),
  /** How its payment stands; without it, it never had any. */
  billingStatus: v.optional(known(billingStatuses)),
  capacity: v.number(),
  /** Seats that are neither used nor held by invitations. */
  free: v.number(),
  owners: v.number(),
  /** Lists that its invitations are divided into. */
  shards: v.number(),
  teams: v.optional(v.number()),
  /** Of the settings, and which of them changed each section last. */
  revision: v.number(),
  sections: v.optional(v.record(v.string(), v.number())),
  /** An operator granted its seats. */
  granted: v.optional(v.boolean()),
  /** The day of which `sentToday` counts the invitations. */
  sentOn: v.optional(v.string()),
  sentToday: v.optional(v.number()),
  createdAt: v.string(),
  deletedAt: v.optional(v.string()),
  deletedBy: v.optional(v.string()),
  /** What it was before it was deleted. */
  before: v.optional(v.object({ state: known(states), growth: v.boolean() })),
  purgingAt: v.optional(v.string()),
});
export type OrganizationRow = v.InferInput<typeof OrganizationRow>;
