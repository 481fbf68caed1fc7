import type { Invitation } from "#lib/people.ts";

/** Returns the id of the button that gets the focus back after a dialog about this invitation. */
export function invitationActionsId({ id }: Pick<Invitation, "id">) {
  return `actions-${id}`;
}
