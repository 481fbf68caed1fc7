import * as v from "valibot";
import { id, row } from "../base/row.ts";
import { type MailStatus, mailStatuses } from "./shape.ts";

/** The suppression of an address: the time of each reason for it. */
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
/** The number of mails with each status; one that none has may be missing. */
const numbers = Object.fromEntries(mailStatuses.map((status) => [status, number])) as Record<MailStatus, typeof number>;

/** The status of each mail of an import, and whether they are paused. */
export const ImportMailsRow = row({
  pk: id("import"),
  sk: v.literal("#mails"),
  organization: v.optional(id("organization")),
  ...numbers,
  pausedAt: v.optional(v.string()),
  /** The time the quota of 24 hours is looked at again. */
  waitsUntil: v.optional(v.string()),
  /** The time since which the provider has taken none of those that wait; written now and then. */
  waitsSince: v.optional(v.string()),
  unconfirmedSince: v.optional(v.string()),
  failedSince: v.optional(v.string()),
  /** The number that had left at an instant, in ms since 1970. */
  marks: v.optional(v.array(v.object({ at: v.number(), sent: v.number() }))),
  /** The time some of them were last queued. */
  queuedAt: v.optional(v.string()),
  /** The time the last of them left. */
  leftAt: v.optional(v.string()),
  /** The number of the import's invitations that have ended, by the way they did. */
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
  /** The codes: one character for each of its mails, in their order. */
  letters: v.string(),
  /** The number of times that it was counted. */
  counted: v.number(),
  recountQueuedAt: v.optional(v.string()),
});
export type MailingRow = v.InferInput<typeof MailingRow>;

/** A mail that the provider did not take at once on a day, or the mails of an event of an import. Its own row has its status. */
export const BacklogRow = row({
  pk: v.string(),
  sk: v.string(),
  /** The time that was last noted. */
  at: v.string(),
  /** The time since which it waits for the provider. */
  since: v.optional(v.string()),
  failedAt: v.optional(v.string()),
});
export type BacklogRow = v.InferInput<typeof BacklogRow>;
