import type { Invitation } from "#lib/people.ts";

/** Returns the id of the button that focus comes back to after a dialog about this invitation. */
export function invitationActionsId({ id }: Pick<Invitation, "id">) {
  return `actions-${id}`;
}
