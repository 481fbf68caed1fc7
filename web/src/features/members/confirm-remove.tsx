import { formerDays } from "@muster/core/member/limits.ts";
import type { Confirmation, Job } from "#features/bulk/use-bulk.ts";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { type Member, removeMember } from "#lib/people.ts";
import { createRestore } from "./restore.ts";
import { isGoneAlready } from "./use-remove-member.ts";

/** What it means to remove these members, and how it is done and undone. */
export function confirmRemove({ id, name }: Organization, items: Member[]): Confirmation<Member> {
  return {
    title: `Remove ${plural(items.length, "member")}?`,
    action: `Remove ${items.length}`,
    isDangerous: true,
    consequences: (
      <>
        <li>They lose access to {name} immediately, wherever they are signed in.</li>
        <li>Their seats are free again, and their pending invitations are revoked.</li>
        <li>Content they created stays. You can restore them within {formerDays} days.</li>
      </>
    ),
    job: {
      items,
      doing: "Removing members",
      done: (count) => `${plural(count, "member")} removed`,
      edit: () => undefined,
      act: ({ account }) =>
        removeMember(id, account).catch((error: unknown) => {
          if (!isGoneAlready(error)) {
            throw error;
          }
        }),
      reverse: { label: "Restore", job: (removed) => restoreJob(id, removed) },
    },
  };
}

function restoreJob(id: string, items: Member[]): Job<Member> {
  const restore = createRestore(id);
  return {
    items,
    doing: "Restoring members",
    done: (count) => `${plural(count, "member was", "members were")} restored`,
    edit: (present) => present,
    act: ({ email = "" }) => restore(email),
    brings: true,
  };
}
