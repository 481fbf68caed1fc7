import type * as ID from "../base/id.ts";
import type { Key, Range } from "../table/table.ts";
import type { CommentRow } from "./row.ts";

type Comment = ID.ID<"comment">;
type UpdateId = ID.ID<"update">;

export const commentKeys = {
  /** A comment. Streamed to views. */
  comment: (update: UpdateId, comment: Comment): Key<CommentRow> => ({ pk: update, sk: comment }),
  comments: (update: UpdateId): Range<CommentRow> => ({ pk: update, prefix: "com_" }),
};
