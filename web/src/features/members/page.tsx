import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, useState } from "react";
import { FailureView } from "#features/failure/view.tsx";
import { mayManage } from "#features/organization/words.ts";
import type { Member, Organization } from "#lib/api.ts";
import { accountQuery, organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { WhenFirst } from "#ui/when-first.tsx";
import { MemberList } from "./list.tsx";
import { MemberMenus } from "./menus.tsx";
import { MembersToolbar } from "./toolbar.tsx";
import { useChangeRole } from "./use-change-role.ts";
import { useMembers } from "./use-members.ts";

const MemberDialogs = lazy(() => import("./dialogs.tsx").then((file) => ({ default: file.MemberDialogs })));
const from = "/_signed-in/organizations/$organization/_people/members";

export type Asked = { about: "remove" | "transfer" | "leave"; member: Member };

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
  const changeRole = useChangeRole(organization.id);
  const [asked, setAsked] = useState<Asked>();
  const [isAsking, setAsking] = useState(false);
  const isManager = mayManage(organization.role);

  function ask(question: Asked) {
    setAsked(question);
    setAsking(true);
  }

  function changeFilter(change: Partial<Record<keyof typeof filter, string | undefined>>) {
    void navigate({
      search: (present) => ({ ...present, ...change }) as typeof present,
      replace: true,
      resetScroll: false,
    });
  }

  if (list.isError && list.data === undefined) {
    return <FailureView error={list.error} isBusy={list.isFetching} onRetry={() => void list.refetch()} />;
  }
  const dialog = { organization, member: asked?.member, onClose: () => setAsking(false) };
  return (
    <>
      <MembersToolbar
        filter={filter}
        onChange={changeFilter}
        shown={list.isPending ? undefined : list.members.length}
        hasMore={list.hasNextPage}
        total={organization.seats?.used}
      />
      <MemberList
        list={list}
        me={me?.id}
        viewer={organization.role}
        isFiltered={filter.search !== undefined || filter.role !== undefined}
        sort={filter.search === undefined ? (filter.sort ?? "name") : undefined}
        onSort={(sort) => changeFilter({ sort: sort === "name" ? undefined : sort })}
        onClear={() => changeFilter({ search: undefined, role: undefined })}
      />
      {isManager && <MemberMenus me={me?.id} viewer={organization.role} onRole={changeRole} onAsk={ask} />}
      <WhenFirst isOpen={isAsking}>
        <MemberDialogs {...dialog} about={isAsking ? asked?.about : undefined} />
      </WhenFirst>
    </>
  );
}
