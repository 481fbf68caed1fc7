import type { AccountDeletion } from "#lib/deletion.ts";

type Step = "check" | "transfer" | "confirm";

/**
 * Returns the next step in deleting an account: nothing is typed before it is known that no organization needs its
 * owner.
 */
export function stepOf(preview: AccountDeletion | undefined): { step: Step; owned: AccountDeletion["soleOwnerOf"] } {
  const owned = preview?.soleOwnerOf ?? [];
  return { step: preview === undefined ? "check" : owned.length > 0 ? "transfer" : "confirm", owned };
}
