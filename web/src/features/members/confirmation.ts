import type { KnownRole } from "#lib/api.ts";
import type { Member, Revocation } from "#lib/people.ts";

/** A role that ends, or may end, invitations of a member. */
export type RoleQuestion = { about: "role"; member: Member; role: KnownRole; revocation: Revocation };
/** A confirmation about one member, in a dialog. */
export type Confirmation = { about: "remove" | "transfer" | "leave"; member: Member } | RoleQuestion;

/** Returns the id of the button that gets the focus back after a dialog about this member. */
export function actionsId({ account }: Pick<Member, "account">) {
  return `actions-${account}`;
}
