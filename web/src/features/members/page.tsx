import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { mayManageMembers } from "#features/rights/permissions.ts";
import { roleText } from "#features/rights/text.ts";
import { isKnown, type KnownRole, type Organization } from "#lib/api.ts";
import { ApiError } from "#lib/failure.ts";
import { editLists, showAtOnce } from "#lib/optimistic.ts";
import { changeMemberRole, getMember, type Member, type MemberFilter, type MemberSort } from "#lib/people.ts";
import { accountQuery, invitationsKey, membersKey, organizationEventsKey, organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { useOpened } from "#lib/use-opened.ts";
import { opened } from "#ui/opened.tsx";
import { useSelection } from "#ui/table-selection.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { type Confirmation } from "./confirmation.ts";
import { MemberList, memberId, useMembers } from "./list.tsx";
import { MemberMenus } from "./menus.tsx";
import { MembersToolbar } from "./toolbar.tsx";
import { useRoleQuestion } from "./use-role-question.ts";

const MembersBulk = opened(async () => (await import("./bulk.tsx")).MembersBulk);
const MemberDialogs = opened(async () => (await import("./dialogs.tsx")).MemberDialogs);
const from = "/_signed-in/organizations/$organization/_people/members";

const nameOf = ({ name }: Member) => name;

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
  const confirmation = useOpened<Confirmation>();
  const chooseRole = useRoleQuestion(organization.id, change, confirmation.open);
  // also before it is known who looks: the boxes of the rows and what a range takes agree
  const whyNot = useCallback(
    ({ role, account }: Member) =>
      whyBlocked(organization, "member.remove", { target: { role, isOwn: account === me?.id } }),
    [me, organization],
  );
  const scope = JSON.stringify(filter);
  const selection = useSelection({ items: list.members, what: "members", idOf: memberId, nameOf, whyNot, scope });

  function undo(member: Member, role: KnownRole) {
    void chooseRole(member, role);
  }

  const changeFilter = useCallback(
    (change: Partial<Record<keyof MemberFilter, string | undefined>>) =>
      void navigate({
        search: (present) => ({ ...present, ...change }) as typeof present,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const onSort = useCallback(
    (sort: MemberSort) => changeFilter({ sort: sort === "name" ? undefined : sort }),
    [changeFilter],
  );

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
        onSort={onSort}
        onClear={() => changeFilter({ search: undefined, role: undefined, team: undefined })}
      />
      {mayManageMembers(organization.role) && (
        <MemberMenus
          me={me?.id}
          organization={organization}
          onRole={(member, role) => void chooseRole(member, role)}
          onAsk={confirmation.open}
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
        confirmation={confirmation.shown}
        onRole={changeForGood}
        {...confirmation.dialog}
      />
    </Gate>
  );
}

const isByRole = (filter: unknown) =>
  typeof filter === "object" && filter !== null && (filter as { role?: unknown }).role !== undefined;

type Change = { member: Member; role: KnownRole; more?: More };
type More = { keepInvitations?: true };

/**
 * Gives a member another role: shown at once, reverted if the API refuses, and undone by the reverse change, which may
 * have to ask first. It would not bring back invitations, so `changeForGood` offers no Undo.
 */
function useChangeRole(organizationId: string, onUndo: (member: Member, role: KnownRole) => void) {
  const queryClient = useQueryClient();
  const queryKey = membersKey(organizationId);
  const { mutate } = useMutation({
    mutationFn: ({ member, role, more = {} }: Change) => changeMemberRole(organizationId, member.account, role, more),
    onMutate: ({ member, role }) =>
      showAtOnce<Member>(queryClient, queryKey, (one) => (one.account === member.account ? { ...one, role } : one)),
    onSuccess: (changed, { member, more }) => {
      editLists<Member>(queryClient, queryKey, (one) => (one.account === changed.account ? changed : one));
      // a list of one role gets or loses the member
      void queryClient.invalidateQueries({ queryKey, predicate: ({ queryKey: [, , , filter] }) => isByRole(filter) });
      const { role } = member;
      const undo = more === undefined && isKnown(role) && { label: "Undo", run: () => onUndo(changed, role) };
      toast(`${changed.name} is now ${roleText[changed.role].noun}`, undo ? { action: undo } : {});
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
    },
    onError: async (error, { member }, putBack) => {
      putBack?.();
      toastFailure(`${member.name}’s role was not changed`, error);
      if (error instanceof ApiError && (error.status === 404 || error.status === 409)) {
        await lookAgain(member);
      }
    },
  });

  /** Somebody else was faster: shows the current state. */
  async function lookAgain({ account }: Member) {
    const present = await getMember(organizationId, account).catch(() => undefined);
    editLists<Member>(queryClient, queryKey, (one) => (one.account === account ? present : one));
  }

  return {
    change: (member: Member, role: KnownRole) => mutate({ member, role }),
    changeForGood: (member: Member, role: KnownRole, more: More) => mutate({ member, role, more }),
  };
}
