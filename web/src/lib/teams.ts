import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { read, signalOf, v1 } from "./api.ts";
import { listMembers } from "./people.ts";
import { type IfBehind, includingOwnChange, refetchOnce } from "./position.ts";

// Teams of an organization. Separate from the rest of the API, which every page loads.

const teams = v1.organizations[":organization"].teams;
const one = teams[":team"];

export type Team = Awaited<ReturnType<typeof getTeam>>;
export type TeamEntry = Awaited<ReturnType<typeof listTeams>>["items"][number];

type Listing = { search?: string; teams?: string; include?: "description" };

export function listTeams(
  organization: string,
  listing: Listing = {},
  cursor?: string,
  { signal, ifBehind }: { signal?: AbortSignal; ifBehind?: IfBehind } = {},
) {
  const ask = (query: object) =>
    teams.$get({ param: { organization }, query: { ...listing, ...query } }, { init: signalOf(signal) });
  return read(includingOwnChange(organization, cursor, ask, ifBehind));
}

export function getTeam(organization: string, team: string) {
  return read(one.$get({ param: { organization, team }, query: {} }));
}

/** With the same key a repeated request creates nothing twice. */
export function createTeam(organization: string, json: TeamChoices & { isLead: boolean }, key: string) {
  return read(teams.$post({ param: { organization }, json }, { headers: { "idempotency-key": key } }));
}

export type TeamChoices = {
  name: string;
  description: string;
  posting: Team["posting"];
  visibility?: Team["visibility"];
};
export type TeamChanges = Partial<TeamChoices> & { revision: number };

export function editTeam(organization: string, team: string, json: TeamChanges) {
  return read(one.$patch({ param: { organization, team }, json }));
}

export function deleteTeam(organization: string, team: string) {
  return read(one.$delete({ param: { organization, team }, json: {} }));
}

export function leaveTeam(organization: string, team: string) {
  return read(one.leave.$post({ param: { organization, team }, json: {} }));
}

export function addToTeam(organization: string, team: string, accounts: string[]) {
  return read(one.members.$post({ param: { organization, team }, json: { accounts } }));
}

export function removeFromTeam(organization: string, team: string, accounts: string[]) {
  return read(one.members.remove.$post({ param: { organization, team }, json: { accounts } }));
}

/** Makes a member of a team one of its leads, or ends that. */
export function setTeamLead(organization: string, team: string, account: string, isLead: boolean) {
  const request = { param: { organization, team }, json: { account } };
  return read(isLead ? one.leads.$post(request) : one.leads.remove.$post(request));
}

// Queries

/** Ids that one request may name. */
const teamsAtOnce = 100;

const fromStart = { initialPageParam: undefined as string | undefined };
const nextCursor = (page: { next?: string | undefined }) => page.next;

export function teamsKey(organizationId: string) {
  return ["organization", organizationId, "teams"] as const;
}

/** Of one list: an object, so that no text that somebody searches for is the name of another list. */
const listKey = (organizationId: string, listing: Listing) => [...teamsKey(organizationId), "list", listing] as const;

/** All of them, or those that a search finds. A page of these may be empty, and still have a next one. */
export function teamsQuery(organizationId: string, search = "") {
  return infiniteQueryOptions({
    queryKey: listKey(organizationId, { search }),
    queryFn: ({ pageParam, signal, client, queryKey }) =>
      listTeams(organizationId, { ...(search && { search }) }, pageParam, {
        signal,
        ifBehind: refetchOnce({ client, queryKey }),
      }),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}

/** Those of some teams that exist. */
export function namedTeamsQuery(organizationId: string, teams: readonly string[]) {
  return queryOptions({
    queryKey: [...teamsKey(organizationId), "named", teams],
    queryFn: async ({ signal }) => {
      const lists = Array.from({ length: Math.ceil(teams.length / teamsAtOnce) }, (_, i) =>
        teams.slice(i * teamsAtOnce, (i + 1) * teamsAtOnce).join(),
      );
      const pages = await Promise.all(
        lists.map((list) => listTeams(organizationId, { teams: list }, undefined, { signal })),
      );
      return pages.flatMap(({ items }) => items);
    },
  });
}

/** The teams that I am in: one page. */
export function ownTeamsQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...teamsKey(organizationId), "own"],
    queryFn: () => read(teams.$get({ param: { organization: organizationId }, query: { of: "own" } })),
  });
}

/** The same, each with its description. */
export function describedTeamsQuery(organizationId: string, search = "") {
  const listing = { include: "description" as const, ...(search && { search }) };
  return infiniteQueryOptions({
    queryKey: listKey(organizationId, listing),
    queryFn: ({ pageParam, signal, client, queryKey }) =>
      listTeams(organizationId, listing, pageParam, { signal, ifBehind: refetchOnce({ client, queryKey }) }),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}

export function teamQuery(organizationId: string, team: string) {
  return queryOptions({
    queryKey: [...teamsKey(organizationId), "one", team],
    queryFn: () => getTeam(organizationId, team),
  });
}

/** Of every list of the team's members, also those of searches. */
export function teamMembersKey(organizationId: string, team: string) {
  return [...teamsKey(organizationId), "members", team] as const;
}

/** Of every list of those who lead the team. */
export function teamLeadsKey(organizationId: string, team: string) {
  return [...teamMembersKey(organizationId, team), "leads"] as const;
}

/** All members of a team, or those that a search finds, or its leads only. */
export function teamMembersQuery(organizationId: string, team: string, search = "", isLeads = false) {
  const filter = { ...(isLeads ? { leadOf: team } : { team }), ...(search && { search }) };
  return infiniteQueryOptions({
    queryKey: [
      ...(isLeads ? teamLeadsKey(organizationId, team) : [...teamMembersKey(organizationId, team), "all"]),
      search,
    ],
    queryFn: ({ pageParam, signal, client, queryKey }) =>
      listMembers(organizationId, filter, pageParam, { signal, ifBehind: refetchOnce({ client, queryKey }) }),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}
