import type { Member } from "#lib/people.ts";

/** A question about one member, asked in a dialog. */
export type Asked = { about: "remove" | "transfer" | "leave"; member: Member };

/** Returns the id of the button that focus comes back to after a question about this member. */
export function actionsId({ account }: Pick<Member, "account">) {
  return `actions-${account}`;
}
