import type { AccountDeletion } from "#lib/deletion.ts";

type Step = "check" | "transfer" | "confirm";

/** Returns what comes next in deleting an account: nothing is typed before it is known that nobody needs its owner. */
export function stepOf(preview: AccountDeletion | undefined): { step: Step; owned: AccountDeletion["soleOwnerOf"] } {
  const owned = preview?.soleOwnerOf ?? [];
  return { step: preview === undefined ? "check" : owned.length > 0 ? "transfer" : "confirm", owned };
}
