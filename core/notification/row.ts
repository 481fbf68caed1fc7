import * as v from "valibot";
import { type Role, roles } from "../base/role.ts";
import { id, known, row, type Unknown, unknown } from "../base/row.ts";
import { mailStates } from "../mail/shape.ts";
import { kinds } from "./shape.ts";

/** A notification to a person, with the names at that time. One of an unknown kind cannot be shown. */
export const NotificationRow = row({
  pk: id("account"),
  sk: id("notification"),
  kind: v.picklist(kinds),
  organization: id("organization"),
  subject: v.string(),
  person: v.optional(v.string()),
  by: v.optional(v.string()),
  role: v.optional(known<Role | Unknown>([...roles, unknown])),
  until: v.optional(v.string()),
  thing: v.optional(v.string()),
  /** The update that it is about, and the team that this is for; the comment. Their texts are nowhere else. */
  update: v.optional(id("update")),
  team: v.optional(id("team")),
  comment: v.optional(id("comment")),
  at: v.string(),
  /** The time it was written: later than the event. */
  receivedAt: v.optional(v.string()),
  readAt: v.optional(v.string()),
  mail: known(mailStates),
  delivery: v.optional(v.string()),
  /** A mark that it waits for the daily digest, or the day of the digest that has it. */
  digest: v.optional(v.string()),
});
export type NotificationRow = v.InferInput<typeof NotificationRow>;

/** A mail about payment to the billing address of an organization. */
export const BillingMailRow = row({
  pk: id("organization"),
  sk: v.string(),
  kind: v.picklist(kinds),
  until: v.optional(v.string()),
  mail: known(mailStates),
  delivery: v.optional(v.string()),
});
export type BillingMailRow = v.InferInput<typeof BillingMailRow>;

/** The time until which an account has read its notifications. */
export const InboxRow = row({
  pk: id("account"),
  sk: v.literal("#inbox"),
  /** All that was received until then is read. */
  readUntil: v.optional(v.string()),
});
export type InboxRow = v.InferInput<typeof InboxRow>;

/** The daily digest of one day of its reader, and its mail. */
export const DigestRow = row({
  pk: id("account"),
  sk: v.string(),
  mail: known(mailStates),
  delivery: v.optional(v.string()),
});
export type DigestRow = v.InferInput<typeof DigestRow>;

/** A reader who may have something waiting at that eight o'clock. */
export const DigestDueRow = row({ pk: v.string(), sk: v.string() });
export type DigestDueRow = v.InferInput<typeof DigestDueRow>;
