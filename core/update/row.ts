import * as v from "valibot";
import { id, ids, row } from "../base/row.ts";

/** Numbers that the stream counts. */
export const counts = {
  thumbs_up: v.optional(v.number()),
  heart: v.optional(v.number()),
  celebrate: v.optional(v.number()),
  laugh: v.optional(v.number()),
  eyes: v.optional(v.number()),
  thanks: v.optional(v.number()),
  /** The last record of the stream that these numbers include. */
  mark: v.optional(v.string()),
};

/** An update in its feed, with as much of its text as a feed shows. */
export const UpdateRow = row({
  pk: v.string(),
  sk: id("update"),
  organization: id("organization"),
  team: v.optional(id("team")),
  author: id("account"),
  title: v.string(),
  excerpt: v.string(),
  /** True if the text is longer than the excerpt. */
  isLong: v.boolean(),
  tags: v.optional(v.array(v.string())),
  revision: v.number(),
  editedAt: v.optional(v.string()),
  deletedAt: v.optional(v.string()),
  pinnedAt: v.optional(v.string()),
  comments: v.optional(v.number()),
  seen: v.optional(v.number()),
  ...counts,
});
export type UpdateRow = v.InferInput<typeof UpdateRow>;

/** The whole text of an update, and where it is. */
export const UpdateTextRow = row({
  pk: id("update"),
  sk: v.literal("#text"),
  organization: id("organization"),
  team: v.optional(id("team")),
  author: id("account"),
  content: v.string(),
  deletedAt: v.optional(v.string()),
  deletedBy: v.optional(id("account")),
});
export type UpdateTextRow = v.InferInput<typeof UpdateTextRow>;

/** The text of an update before it was edited. */
export const UpdateVersionRow = row({
  pk: id("update"),
  sk: v.string(),
  organization: id("organization"),
  title: v.string(),
  content: v.string(),
  tags: v.optional(v.array(v.string())),
  /** The time it was written. */
  at: v.string(),
});
export type UpdateVersionRow = v.InferInput<typeof UpdateVersionRow>;

/** A member's actions on an update, or on a comment below it. */
export const ActivityRow = row({
  pk: id("update"),
  sk: v.string(),
  organization: id("organization"),
  seenAt: v.optional(v.string()),
  /** The time the member reported it. Their words are in the organization, as long as nobody has decided. */
  reportedAt: v.optional(v.string()),
  /** True if its comments and answers do not notify the member. */
  isMuted: v.optional(v.boolean()),
  reactions: v.optional(v.custom<ReadonlySet<string>>((value) => value instanceof Set)),
});
export type ActivityRow = v.InferInput<typeof ActivityRow>;

/** An update or a comment that members have reported: who wrote it, and each report as JSON. */
export const ReportedRow = row({
  pk: v.string(),
  sk: v.string(),
  update: id("update"),
  comment: v.optional(id("comment")),
  team: v.optional(id("team")),
  author: id("account"),
  reports: v.custom<ReadonlySet<string>>((value) => value instanceof Set),
});
export type ReportedRow = v.InferInput<typeof ReportedRow>;

/** The pinned updates of a place. */
export const PinsRow = row({ pk: v.string(), sk: v.literal("#pins"), updates: v.optional(ids("update")) });
export type PinsRow = v.InferInput<typeof PinsRow>;

/** Changes whenever something changes in a place that its members see. */
export const NewsRow = row({ pk: v.string(), sk: v.literal("#news"), version: v.string() });
export type NewsRow = v.InferInput<typeof NewsRow>;

/** A word, tag or author that finds an update. */
export const UpdateTermRow = row({ pk: v.string(), sk: v.string() });
export type UpdateTermRow = v.InferInput<typeof UpdateTermRow>;

/** The time a member last looked at the updates of a place. */
export const VisitRow = row({ pk: v.string(), sk: id("account"), at: v.string() });
export type VisitRow = v.InferInput<typeof VisitRow>;
