import { plural } from "#lib/format.ts";
import type { Revocation } from "#lib/people.ts";

/** How many invitations end, in one sentence; nothing if none does. */
export function revocationText({ revoked, isComplete }: Revocation, name: string): string | undefined {
  if (revoked === 0) {
    return undefined;
  }
  const count = plural(revoked, "pending invitation");
  return `${isComplete ? count : `At least ${count}`} from ${name} will be revoked.`;
}
