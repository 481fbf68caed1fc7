import * as v from "valibot";
import { id, row } from "../base/row.ts";
import { counts } from "../update/row.ts";

/** A comment below an update. */
export const CommentRow = row({
  pk: id("update"),
  sk: id("comment"),
  organization: id("organization"),
  author: id("account"),
  content: v.string(),
  replyTo: v.optional(id("comment")),
  revision: v.number(),
  editedAt: v.optional(v.string()),
  deletedAt: v.optional(v.string()),
  deletedBy: v.optional(id("account")),
  /** Somebody has answered it. */
  isAnswered: v.optional(v.boolean()),
  ...counts,
});
export type CommentRow = v.InferInput<typeof CommentRow>;
