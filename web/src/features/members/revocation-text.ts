import { plural } from "#lib/format.ts";
import type { Revocation } from "#lib/people.ts";

/** Says how many invitations end, in one sentence; nothing if it is certain that none does. */
export function revocationText({ revoked, isComplete }: Revocation, name: string): string | undefined {
  if (revoked === 0) {
    return isComplete ? undefined : `Some pending invitations from ${name} may be revoked.`;
  }
  const count = plural(revoked, "pending invitation");
  return `${isComplete ? count : `At least ${count}`} from ${name} will be revoked.`;
}

/** The same for a lower role, without those that are kept. */
export function roleRevocationText(revocation: Revocation, name: string, isKeeping: boolean): string {
  const { revoked, keepable, isComplete } = revocation;
  const left = isKeeping ? { revoked: revoked - keepable, keepable: 0, isComplete } : revocation;
  return revocationText(left, name) ?? `No invitation from ${name} will be revoked.`;
}

/** The choice to keep those that the viewer may give. */
export function keepText({ keepable, isComplete }: Revocation): string {
  const count = plural(keepable, "invitation");
  return `Keep ${isComplete ? count : `at least ${count}`}, with you as the inviter`;
}
