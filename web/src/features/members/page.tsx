import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback, useState } from "react";
import { useSelection } from "#features/bulk/selection.tsx";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { KnownRole, Organization } from "#lib/api.ts";
import type { Member } from "#lib/people.ts";
import { accountQuery, organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { opened } from "#ui/opened.tsx";
import { mayManageMembers } from "./columns.ts";
import type { Confirmation } from "./confirmation.ts";
import { MemberList, useMembers } from "./list.tsx";
import { MemberMenus } from "./menus.tsx";
import { MembersToolbar } from "./toolbar.tsx";
import { useChangeRole } from "./use-change-role.ts";
import { useRoleQuestion } from "./use-role-question.ts";

const MembersBulk = opened(async () => (await import("./bulk.tsx")).MembersBulk);
const MemberDialogs = opened(async () => (await import("./dialogs.tsx")).MemberDialogs);
const from = "/_signed-in/organizations/$organization/_people/members";

const idOf = ({ account }: Member) => account;

export function MembersPage() {
  const { organization: organizationId } = useParams({ from });
  const { data: organization } = useQuery(organizationQuery(organizationId));

  useTitle(organization && `Members · ${organization.name}`);
  return organization && <Members organization={organization} />;
}

function Members({ organization }: { organization: Organization }) {
  const { dialog: _open, ...filter } = useSearch({ from });
  const navigate = useNavigate({ from: "/organizations/$organization/members" });
  const { data: me } = useQuery(accountQuery);
  const list = useMembers(organization.id, filter);
  const { change, changeForGood } = useChangeRole(organization.id, undo);
  const [confirmation, setConfirmation] = useState<Confirmation>();
  const [isConfirming, setConfirming] = useState(false);
  const chooseRole = useRoleQuestion(organization.id, change, ask);
  const maySelect = useCallback(
    ({ role, account }: Member) => {
      // as the rows decide, also before it is known who looks: their boxes and what a range takes agree
      const target = { role, isOwn: account === me?.id };
      return whyBlocked(organization, "member.remove", { target }) === undefined;
    },
    [me, organization],
  );
  const selection = useSelection({ items: list.members, idOf, maySelect, scope: JSON.stringify(filter) });

  function ask(question: Confirmation) {
    setConfirmation(question);
    setConfirming(true);
  }

  function undo(member: Member, role: KnownRole) {
    void chooseRole(member, role);
  }

  function changeFilter(change: Partial<Record<keyof typeof filter, string | undefined>>) {
    void navigate({
      search: (present) => ({ ...present, ...change }) as typeof present,
      replace: true,
      resetScroll: false,
    });
  }

  return (
    <Gate query={list}>
      <MembersToolbar
        organizationId={organization.id}
        filter={filter}
        onChange={changeFilter}
        shown={list.isPending ? undefined : list.members.length}
        hasMore={list.hasNextPage}
        total={organization.seats?.used}
      />
      <MemberList
        list={list}
        selection={selection}
        me={me?.id}
        organization={organization}
        isFiltered={filter.search !== undefined || filter.role !== undefined || filter.team !== undefined}
        sort={filter.search === undefined ? (filter.sort ?? "name") : undefined}
        onSort={(sort) => changeFilter({ sort: sort === "name" ? undefined : sort })}
        onClear={() => changeFilter({ search: undefined, role: undefined, team: undefined })}
      />
      {mayManageMembers(organization.role) && (
        <MemberMenus
          me={me?.id}
          organization={organization}
          onRole={(member, role) => void chooseRole(member, role)}
          onAsk={ask}
        />
      )}
      <MembersBulk
        isOpen={selection.selected.length > 0}
        organization={organization}
        selection={selection}
        hasMore={list.hasNextPage}
      />
      <MemberDialogs
        organization={organization}
        confirmation={confirmation}
        isOpen={isConfirming}
        onRole={changeForGood}
        onClose={() => setConfirming(false)}
      />
    </Gate>
  );
}
