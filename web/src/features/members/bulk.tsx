import { UserMinus } from "lucide-react";
import { BulkBar } from "#features/bulk/bar.tsx";
import { RoleMenu } from "#features/bulk/role-menu.tsx";
import type { Confirmation } from "#features/bulk/use-bulk.ts";
import type { SelectionOf } from "#features/bulk/use-selection.ts";
import { whyBlocked } from "#features/organization/blocked.ts";
import { roleHints, roleText } from "#features/organization/text.ts";
import type { Organization, Role } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import type { Member } from "#lib/people.ts";
import { membersKey } from "#lib/queries.ts";
import { Button } from "#ui/button.tsx";
import { confirmRemove } from "./confirm-remove.tsx";
import { roleJob } from "./role-job.ts";
import { mayEndInvitations } from "./role-order.ts";
import { useRefreshPeople } from "./use-refresh.ts";

type Props = { organization: Organization; selection: SelectionOf<Member>; hasMore: boolean };

/** What can be done with many members at once. */
export function MembersBulk({ organization, selection, hasMore }: Props) {
  const refresh = useRefreshPeople(organization.id);
  const { selected } = selection;
  return (
    <BulkBar<Member>
      selection={selection}
      hasMore={hasMore}
      queryKey={membersKey(organization.id)}
      idOf={({ account }) => account}
      nameOf={({ name }) => name}
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
