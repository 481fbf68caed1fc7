import { failure } from "../base/failure.ts";

export const failures = {
  missing: failure("missing", "rollout.missing", "No rollout is under way."),
  underWay: failure("conflict", "rollout.under_way", "A rollout is under way. Finish it or roll it back first."),
  closed: failure(
    "conflict",
    "rollout.field_closed",
    "A rollout of these settings is under way. Finish it or roll it back first.",
  ),
  changed: failure("conflict", "rollout.changed", "The rollout was just changed. Reload and try again."),
  tooMuch: failure(
    "oversized",
    "rollout.too_many_settings",
    "This changes too many settings at once for a rollout. Save it in several steps, or for everyone at once.",
  ),
};
