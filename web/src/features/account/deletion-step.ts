import type { AccountDeletion } from "#lib/deletion.ts";

type Step = "check" | "transfer" | "confirm";

/**
 * Returns the next step in deleting an account: nothing is typed before it is known that no organization needs its
 * owner.
 */
export function stepOf(preview: AccountDeletion | undefined): { step: Step; owned: AccountDeletion["soleOwnerOf"] } {
  const owned = preview?.soleOwnerOf ?? [];
  // threat: the page asks to confirm a deletion that the API refuses to the only owner
  // threat: the page asks to confirm the deletion of an account before it knows who needs it
  return { step: preview === undefined ? "check" : owned.length > 0 ? "transfer" : "confirm", owned };
}
