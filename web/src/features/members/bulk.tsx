import { formerDays } from "@muster/core/member/limits.ts";
import { UserMinus } from "lucide-react";
import { BulkBar } from "#features/bulk/bar.tsx";
import { RoleMenu } from "#features/bulk/role-menu.tsx";
import type { Confirmation, Job } from "#features/bulk/use-bulk.ts";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleHints, roleText } from "#features/rights/text.ts";
import type { Organization, Role } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { type Member, removeMember } from "#lib/people.ts";
import { membersKey } from "#lib/queries.ts";
import { Button } from "#ui/button.tsx";
import type { SelectionOf } from "#ui/table-selection.tsx";
import { roleJob } from "./role-job.ts";
import { useRefreshPeople } from "./use-refresh.ts";
import { createRestore, isGoneAlready } from "./use-remove-member.ts";
import { mayEndInvitations } from "./use-role-question.ts";

type Props = { organization: Organization; selection: SelectionOf<Member>; hasMore: boolean };

export function MembersBulk({ organization, selection, hasMore }: Props) {
  const refresh = useRefreshPeople(organization.id);
  const { selected } = selection;
  return (
    <BulkBar<Member>
      selection={selection}
      hasMore={hasMore}
      queryKey={membersKey(organization.id)}
      refresh={(job) => refresh({ areMembersOther: job.brings === true })}
    >
      {(ask) => (
        <>
          <RoleMenu
            viewer={organization.role}
            blocked={whyBlocked(organization, "member.changeRole")}
            onChoose={(role) => ask(confirmRole(organization, selected, role))}
          />
          <Button variant="dangerGhost" onClick={() => ask(confirmRemove(organization, selected))}>
            <UserMinus className="max-sm:hidden" />
            Remove
          </Button>
        </>
      )}
    </BulkBar>
  );
}

function confirmRole({ id }: Organization, selected: Member[], role: Role): Confirmation<Member> {
  const items = selected.filter((member) => member.role !== role);
  const same = selected.length - items.length;
  const { label } = roleText[role];
  return {
    title: `Make ${plural(items.length, "member")} ${label}?`,
    action: "Change role",
    consequences: (
      <>
        <li>
          {label}: {roleHints[role].toLowerCase()}.
        </li>
        <li>Takes effect on their next request.</li>
        {items.some((member) => mayEndInvitations(member.role, role)) && (
          <li>Pending invitations that they may no longer give are revoked.</li>
        )}
        {same > 0 && <li>{plural(same, "member already has", "members already have")} this role.</li>}
      </>
    ),
    job: roleJob(id, items, role),
  };
}

/** Returns the question before these members are removed: what it means, and how it is undone. */
function confirmRemove({ id, name }: Organization, items: Member[]): Confirmation<Member> {
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
