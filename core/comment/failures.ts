import { failure } from "../base/failure.ts";
import { undoMinutes } from "../update/limits.ts";

export const failures = {
  missing: failure("missing", "comment.missing", "Comment not found."),
  changed: failure("conflict", "comment.changed", "This comment was just changed. Reload and try again."),
  notDeleted: failure(
    "conflict",
    "comment.not_deleted",
    `Only a comment that was deleted less than ${undoMinutes} minutes ago can be restored.`,
  ),
};
