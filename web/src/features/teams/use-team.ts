import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { plural } from "#lib/format.ts";
import { editLists, showAtOnce } from "#lib/optimistic.ts";
import type { Member } from "#lib/people.ts";
import { accountQuery, memberQuery, membersKey, organizationEventsKey } from "#lib/queries.ts";
import {
  addToTeam,
  leaveTeam,
  removeFromTeam,
  setTeamLead,
  type Team,
  teamLeadsKey,
  teamMembersKey,
  teamMembersQuery,
  teamQuery,
  teamsKey,
} from "#lib/teams.ts";
import { feedsKey } from "#lib/updates.ts";
import { toast, toastFailure } from "#ui/toast.ts";
import { leads } from "./text.ts";

/** Search results and member counts of a team lag a moment behind changes. */
const lagMs = 2_500;

/** Shows another number of members at once; returns how to revert it. */
function showCount(queryClient: QueryClient, organizationId: string, { id }: Team, more: number) {
  const { queryKey } = teamQuery(organizationId, id);
  const before = queryClient.getQueryData(queryKey);
  queryClient.setQueryData(queryKey, (known) => known && { ...known, members: Math.max(0, known.members + more) });
  return () => queryClient.setQueryData(queryKey, before);
}

function useRefresh(organizationId: string) {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({ queryKey: membersKey(organizationId) });
    window.setTimeout(() => {
      void queryClient.invalidateQueries({ queryKey: teamsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    }, lagMs);
  };
}

export function useAddToTeam(organizationId: string, team: Team) {
  const queryClient = useQueryClient();
  const refresh = useRefresh(organizationId);
  return useMutation({
    mutationFn: (members: Member[]) =>
      addToTeam(
        organizationId,
        team.id,
        members.map(({ account }) => account),
      ),
    onSuccess: ({ items }, members) => {
      const added = members.filter(({ account }) =>
        items.some((item) => item.account === account && item.outcome === "added"),
      );
      const full = items.filter(({ outcome }) => outcome === "full").length;
      // first in the whole list; whether a search finds them is not known here
      queryClient.setQueryData(teamMembersQuery(organizationId, team.id).queryKey, (known) => {
        const [first, ...later] = known?.pages ?? [];
        return known && first && { ...known, pages: [{ ...first, items: [...added, ...first.items] }, ...later] };
      });
      showCount(queryClient, organizationId, team, added.length);
      toast(`${plural(added.length, "person is", "people are")} now in ${team.name}`, {
        ...(full > 0 && {
          description: `${plural(full, "person is", "people are")} already in the maximum number of teams.`,
        }),
      });
      refresh();
    },
  });
}

export function useRemoveFromTeam(organizationId: string, team: Team) {
  const queryClient = useQueryClient();
  const refresh = useRefresh(organizationId);
  const add = useAddToTeam(organizationId, team);
  return useMutation({
    mutationFn: ({ account }: Member) => removeFromTeam(organizationId, team.id, [account]),
    onMutate: async ({ account }) => {
      const key = teamMembersKey(organizationId, team.id);
      const putBack = await showAtOnce<Member>(queryClient, key, (one) => (one.account === account ? undefined : one));
      const recount = showCount(queryClient, organizationId, team, -1);
      return () => {
        putBack();
        recount();
      };
    },
    onSuccess: ({ items: [item] }, member, putBack) => {
      if (item && item.outcome !== "removed") {
        putBack();
        toast(`${member.name} was not removed from ${team.name}`, {
          description: keptText[item.outcome],
          type: "error",
        });
        void queryClient.invalidateQueries({ queryKey: teamsKey(organizationId) });
        return;
      }
      toast(`${member.name} is no longer in ${team.name}`, {
        ...(leads(member, team) && { description: "Undo adds this member back, but not as a lead." }),
        action: { label: "Undo", run: () => add.mutate([withLead(member, team.id, false)]) },
      });
      refresh();
    },
    onError: (error, { name }, putBack) => toastFailure(`${name} is still in ${team.name}`, error, putBack),
  });
}

const keptText = {
  lead: "Only an owner or admin removes a lead from the team.",
  not_in: "This member was not in the team.",
  missing: "This person is no longer a member of the organization.",
};

/** Refreshes my own part in teams, and the feeds: my part decides what I may do and what I see. */
function refreshOwn(queryClient: QueryClient, organizationId: string) {
  void queryClient.invalidateQueries({ queryKey: [...teamsKey(organizationId), "own"] });
  void queryClient.invalidateQueries({ queryKey: feedsKey(organizationId) });
}

/** Makes a member a lead of the team, or ends that. */
export function useSetLead(organizationId: string, team: Team) {
  const queryClient = useQueryClient();
  const refresh = useRefresh(organizationId);
  return useMutation({
    mutationFn: ({ member, isLead }: { member: Member; isLead: boolean }) =>
      setTeamLead(organizationId, team.id, member.account, isLead),
    onSuccess: (_, { member: { account, name }, isLead }) => {
      showLead(queryClient, organizationId, team.id, { account, isLead });
      toast(isLead ? `${name} leads ${team.name} now` : `${name} no longer leads ${team.name}`);
      void queryClient.invalidateQueries({ queryKey: teamQuery(organizationId, team.id).queryKey });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      refresh();
      if (queryClient.getQueryData(accountQuery.queryKey)?.id === account) refreshOwn(queryClient, organizationId);
    },
    onError: (error, { member: { name } }) => toastFailure(`${name} was not changed`, error),
  });
}

export function useLeaveTeam(organizationId: string, team: Team, me: string | undefined) {
  const queryClient = useQueryClient();
  const refresh = useRefresh(organizationId);
  return useMutation({
    mutationFn: () => leaveTeam(organizationId, team.id),
    onSuccess: () => {
      editLists<Member>(queryClient, teamMembersKey(organizationId, team.id), (one) =>
        one.account === me ? undefined : one,
      );
      showCount(queryClient, organizationId, team, -1);
      const edit = team.may.edit && !team.own.isLead;
      queryClient.setQueryData(
        teamQuery(organizationId, team.id).queryKey,
        (known) => known && { ...known, own: { isMember: false, isLead: false }, may: { edit, post: edit } },
      );
      void queryClient.invalidateQueries({ queryKey: memberQuery(organizationId, me ?? "").queryKey });
      toast(`You left ${team.name}`, { description: "You are still in the organization." });
      refreshOwn(queryClient, organizationId);
      refresh();
    },
    onError: (error) => toastFailure(`You are still in ${team.name}`, error),
  });
}

/** Returns a member who leads the team, or no longer does. */
const withLead = (member: Member, team: string, isLead: boolean): Member => ({
  ...member,
  teams: member.teams.map((one) => (one.id === team ? { ...one, isLead } : one)),
});

/** Shows in all lists of the team's members whether one of them leads it, and removes who no longer does from the leads. */
export function showLead(
  queryClient: QueryClient,
  organizationId: string,
  team: string,
  { account, isLead }: { account: string; isLead: boolean },
) {
  editLists<Member>(queryClient, teamMembersKey(organizationId, team), (one) =>
    one.account === account ? withLead(one, team, isLead) : one,
  );
  // threat: a member who no longer leads a team stays in the list of its leads
  if (!isLead) {
    editLists<Member>(queryClient, teamLeadsKey(organizationId, team), (one) =>
      one.account === account ? undefined : one,
    );
  }
}
