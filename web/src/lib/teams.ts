import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, signalOf, v1 } from "./api.ts";
import { listMembers } from "./people.ts";

// Teams of an organization. Separate from the rest of the API, which every page loads.

const teams = v1.organizations[":organization"].teams;
const one = teams[":team"];

export type Team = Awaited<ReturnType<typeof getTeam>>;
export type TeamEntry = Awaited<ReturnType<typeof listTeams>>["items"][number];

export function listTeams(organization: string, cursor?: string, signal?: AbortSignal, include?: "description") {
  const query = { ...after(cursor), ...(include && { include }) };
  return read(teams.$get({ param: { organization }, query }, { init: signalOf(signal) }));
}

export function getTeam(organization: string, team: string) {
  return read(one.$get({ param: { organization, team }, query: {} }));
}

/** With the same key a repeated request creates nothing twice. */
export function createTeam(organization: string, json: TeamChoices, key: string) {
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

const fromStart = { initialPageParam: undefined as string | undefined };
const nextCursor = (page: { next?: string | undefined }) => page.next;

export function teamsKey(organizationId: string) {
  return ["organization", organizationId, "teams"] as const;
}

export function teamsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: [...teamsKey(organizationId), "list"],
    queryFn: ({ pageParam, signal }) => listTeams(organizationId, pageParam, signal),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}

/** The teams that I am in: one page. */
export function ownTeamsQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...teamsKey(organizationId), "own"],
    queryFn: () => read(teams.$get({ param: { organization: organizationId }, query: { of: "own" } })),
  });
}

/** All of them, each with its description. */
export function describedTeamsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: [...teamsKey(organizationId), "list", "described"],
    queryFn: ({ pageParam, signal }) => listTeams(organizationId, pageParam, signal, "description"),
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

/** All members of a team, or those that a search finds. */
export function teamMembersQuery(organizationId: string, team: string, search = "") {
  const filter = { team, ...(search && { search }) };
  return infiniteQueryOptions({
    queryKey: [...teamMembersKey(organizationId, team), search],
    queryFn: ({ pageParam, signal }) => listMembers(organizationId, filter, pageParam, signal),
    getNextPageParam: nextCursor,
    ...fromStart,
  });
}
