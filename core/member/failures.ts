import { failure } from "../base/failure.ts";

export const failures = {
  exists: failure("conflict", "member.exists", "This person is already a member."),
  missing: failure("missing", "member.missing", "Member not found."),
  changed: failure("conflict", "member.changed", "This member was just changed. Reload and try again."),
  left: failure("conflict", "member.left", "You just left an organization. Try again."),
  self: failure("conflict", "member.self", "Choose someone other than yourself."),
  outranked: failure("conflict", "member.outranked", "Your own role was just changed. Reload and try again."),
  roleForbidden: failure("forbidden", "role.forbidden", "You can't grant a role above your own."),
};
