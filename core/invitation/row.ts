import * as v from "valibot";
import { roles } from "../base/role.ts";
import { id, ids, known, row } from "../base/row.ts";
import { mailStates } from "../mail/shape.ts";
import { revocationReasons, states } from "./shape.ts";

/** An address in an organization: invited, a member, or a former member. */
export const AddressRow = row({
  pk: id("address"),
  sk: id("organization"),
  state: known(states),
  role: known(roles),
  /** The number of times that it was invited; only the newest link works. */
  attempt: v.optional(v.number()),
  email: v.optional(v.string()),
  name: v.optional(v.string()),
  teams: v.optional(ids("team")),
  message: v.optional(v.string()),
  by: v.optional(id("account")),
  /** The time since which they are its inviter, if they took it over without an email. */
  byAt: v.optional(v.string()),
  /** Identifies the request that invited. */
  src: v.optional(v.string()),
  /** Identifies the request that changed it since, marked if its email came too soon. */
  changeSrc: v.optional(v.string()),
  line: v.optional(v.number()),
  lifetimeDays: v.optional(v.number()),
  invitedAt: v.optional(v.string()),
  sentAt: v.optional(v.string()),
  expiresAt: v.optional(v.string()),
  mail: v.optional(known(mailStates)),
  /** The time its email, which had waited for too long, was last queued again. */
  queuedAt: v.optional(v.string()),
  delivery: v.optional(v.string()),
  /** The time a worker last began to send its email. */
  claimedAt: v.optional(v.string()),
  /** The event of its import whose emails this one was last sent with, by its position in the log. */
  mailing: v.optional(v.number()),
  reminder: v.optional(known(mailStates)),
  reminderDelivery: v.optional(v.string()),
  requestedAt: v.optional(v.string()),
  /** The time this organization allowed email again, after a bounce. */
  allowedAt: v.optional(v.string()),
  /** The account that accepted. */
  account: v.optional(id("account")),
  acceptedAt: v.optional(v.string()),
  endedAt: v.optional(v.string()),
  /** The reason that it was revoked, if nobody did it; under a name that the index carries. */
  status: v.optional(known(revocationReasons)),
  /** Of a former member: when they left, and whether others removed them. */
  leftAt: v.optional(v.string()),
  removed: v.optional(v.boolean()),
});
export type AddressRow = v.InferInput<typeof AddressRow>;

type WhilePending = "email" | "by" | "src" | "attempt" | "mail" | "lifetimeDays" | "invitedAt" | "sentAt" | "expiresAt";
/** Present while an invitation is pending: what it invites to. */
export type PendingRow = AddressRow & { [A in WhilePending]: NonNullable<AddressRow[A]> };

/** Some invitations of an organization expire in this hour. */
export const DueRow = row({ pk: v.string(), sk: v.string() });
export type DueRow = v.InferInput<typeof DueRow>;
