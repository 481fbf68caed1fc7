import { failure } from "../base/failure.ts";
import { maxPins, undoMinutes } from "./limits.ts";

export const failures = {
  missing: failure("missing", "update.missing", "Update not found."),
  changed: failure("conflict", "update.changed", "This update was just changed. Reload and try again."),
  tooManyPins: failure(
    "limit",
    "update.too_many_pins",
    `At most ${maxPins} updates are pinned in one place. Unpin one first.`,
  ),
  notDeleted: failure(
    "conflict",
    "update.not_deleted",
    `Only an update that was deleted less than ${undoMinutes} minutes ago can be restored.`,
  ),
  reported: failure("conflict", "update.reported", "You have already reported this."),
  notReported: failure("missing", "update.not_reported", "Nobody has reported this, or someone has decided already."),
  reportedAgain: failure("conflict", "update.reported_again", "This was just reported again. Reload and try again."),
  adminsOnly: failure("forbidden", "update.admins_only", "In this organization, only owners and admins post updates."),
  leadsOnly: failure("forbidden", "update.leads_only", "In this team, leads, owners, and admins post updates."),
  stillMember: failure(
    "conflict",
    "update.author_is_member",
    "This person is a member. Only what former members wrote can be deleted all at once.",
  ),
  otherTeam: failure("forbidden", "update.other_team", "You can post to your own teams. You are not in this one."),
};
