import type { Member } from "#lib/people.ts";

/** A confirmation about one member, in a dialog. */
export type Confirmation = { about: "remove" | "transfer" | "leave"; member: Member };

/** Returns the id of the button that gets the focus back after a dialog about this member. */
export function actionsId({ account }: Pick<Member, "account">) {
  return `actions-${account}`;
}
