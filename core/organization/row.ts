import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { Automatic } from "../billing/automatic/row.ts";
import { billingStatuses } from "../billing/shape.ts";
import { Rollout } from "../rollout/row.ts";
import { pauseReasons, postings, states } from "./shape.ts";

/** This row holds everything that decides about an organization. */
export const OrganizationRow = row({
  pk: id("organization"),
  sk: v.literal("#org"),
  name: v.string(),
  state: known(states),
  /** True if it may invite and grow. */
  growth: v.boolean(),
  plan: v.string(),
  /** The billing status; missing if there never was a subscription. */
  billingStatus: v.optional(known(billingStatuses)),
  capacity: v.number(),
  /** Seats that are neither used nor held by invitations. */
  free: v.number(),
  owners: v.number(),
  /** Number of shards of its invitation list. */
  shards: v.number(),
  teams: v.optional(v.number()),
  /** Grows when a team gets another name or is deleted, so that devices learn of it. */
  teamsRevision: v.optional(v.number()),
  /** The people who can post updates, by the general settings. Missing as long as those do not say. */
  posting: v.optional(known(postings, "admins")),
  secrets: v.optional(v.number()),
  /** Grows with every change of its secrets, so that devices learn of it. */
  secretsRevision: v.optional(v.number()),
  domains: v.optional(v.number()),
  /** Revision of the settings, and the revision that changed each section last. */
  revision: v.number(),
  sections: v.optional(v.record(v.string(), v.number())),
  /** The revision of the settings that reaches devices in waves. */
  rollout: v.optional(Rollout),
  /** The number of its seats that an operator granted, on top of those of its plan, and the end of the grant. */
  grantedSeats: v.optional(v.number()),
  grantedUntil: v.optional(v.string()),
  /** The rules for adding seats automatically, if an owner allows that. */
  automatic: v.optional(Automatic),
  /** Its subscription was paid, and not only tried. */
  hasPaid: v.optional(v.boolean()),
  /** The day whose invitations `sentToday` counts. */
  sentOn: v.optional(v.string()),
  sentToday: v.optional(v.number()),
  /**
   * The pause of its invitation emails, of which too many bounced, or were reported as spam. `account` sent the last of
   * them.
   */
  mailPaused: v.optional(v.object({ at: v.string(), why: known(pauseReasons), account: v.optional(id("account")) })),
  createdAt: v.string(),
  deletedAt: v.optional(v.string()),
  deletedBy: v.optional(v.string()),
  /** The status before the deletion. */
  before: v.optional(v.object({ state: known(states), growth: v.boolean() })),
  purgingAt: v.optional(v.string()),
});
export type OrganizationRow = v.InferInput<typeof OrganizationRow>;

/** A grant of seats that ends, in the list of those. */
export const GrantRow = row({ pk: id("organization"), sk: v.literal("#grant"), until: v.string() });
export type GrantRow = v.InferInput<typeof GrantRow>;
