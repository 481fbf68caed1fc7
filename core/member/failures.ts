import { failure } from "../base/failure.ts";

export const failures = {
  exists: failure("conflict", "member.exists", "This person is a member already."),
  missing: failure("missing", "member.missing", "There is no such member."),
  changed: failure("conflict", "member.changed", "Somebody changed this member meanwhile. Look again first."),
  left: failure("conflict", "member.left", "You left an organization meanwhile. Try again."),
  self: failure("conflict", "member.self", "Choose somebody else: this is yourself."),
  outranked: failure("conflict", "member.outranked", "Your own role was changed meanwhile. Look again first."),
  roleForbidden: failure("forbidden", "role.forbidden", "You may not give this role: it is above your own."),
};
