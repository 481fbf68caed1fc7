import * as v from "valibot";
import { id, row } from "../base/row.ts";
import { type MailStatus, mailStatuses } from "./shape.ts";

/** Since when an address is suppressed, and why. */
export const BlockRow = row({
  pk: id("address"),
  sk: v.literal("#mail"),
  bounced: v.optional(v.string()),
  complained: v.optional(v.string()),
  rejected: v.optional(v.string()),
  delivered: v.optional(v.string()),
});
export type BlockRow = v.InferInput<typeof BlockRow>;

const number = v.optional(v.number());
/** How many mails have which status; one that none has may be missing. */
const numbers = Object.fromEntries(mailStatuses.map((status) => [status, number])) as Record<MailStatus, typeof number>;

/** The status of each mail of an import, and whether they are paused. */
export const ImportMailsRow = row({
  pk: id("import"),
  sk: v.literal("#mails"),
  organization: v.optional(id("organization")),
  ...numbers,
  pausedAt: v.optional(v.string()),
  /** When the quota of 24 hours is looked at again. */
  waitsUntil: v.optional(v.string()),
  /** Since when the provider has taken none of those that wait; written now and then. */
  waitsSince: v.optional(v.string()),
  unconfirmedSince: v.optional(v.string()),
  failedSince: v.optional(v.string()),
  /** How many had left at an instant, in ms since 1970. */
  marks: v.optional(v.array(v.object({ at: v.number(), sent: v.number() }))),
  /** When some of them were last queued. */
  queuedAt: v.optional(v.string()),
  /** When the last of them left. */
  leftAt: v.optional(v.string()),
  /** How many of the import's invitations have ended, and how. */
  declined: number,
  revoked: number,
  expired: number,
});
export type ImportMailsRow = v.InferInput<typeof ImportMailsRow>;

/** The mails of one event of an import, a code for the status of each. */
export const MailingRow = row({
  pk: id("import"),
  sk: v.string(),
  organization: id("organization"),
  letters: v.string(),
  /** How often it was counted. */
  counted: v.number(),
  recountQueuedAt: v.optional(v.string()),
});
export type MailingRow = v.InferInput<typeof MailingRow>;

/** A mail that the provider did not take at once on a day, or the mails of an event of an import. Its own row has its status. */
export const BacklogRow = row({
  pk: v.string(),
  sk: v.string(),
  /** When that was last noted. */
  at: v.string(),
  /** Since when it waits for the provider. */
  since: v.optional(v.string()),
  failedAt: v.optional(v.string()),
});
export type BacklogRow = v.InferInput<typeof BacklogRow>;
