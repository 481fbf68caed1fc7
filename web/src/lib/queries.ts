import { minuteMs } from "@muster/core/base/duration.ts";
import { infiniteQueryOptions, keepPreviousData, type Query, queryOptions } from "@tanstack/react-query";
import type { Organization } from "./api.ts";
import * as api from "./api.ts";
import * as people from "./people.ts";
import { type IfBehind, refetchOnce } from "./position.ts";

/** The number of further pages for a filter while nothing matches: they examine a thousand events. */
const maxEmptyPages = 3;

const fromStart = { initialPageParam: undefined as string | undefined };

function nextCursor(page: { next?: string | undefined }) {
  return page.next;
}

export const accountQuery = queryOptions({ queryKey: ["account"], queryFn: api.getAccount, staleTime: minuteMs });

export const sessionsQuery = infiniteQueryOptions({
  queryKey: ["sessions"],
  queryFn: ({ pageParam }) => api.listSessions(pageParam),
  getNextPageParam: nextCursor,
  ...fromStart,
});

export const organizationsQuery = infiniteQueryOptions({
  queryKey: ["organizations"],
  queryFn: ({ pageParam }) => api.listOrganizations(pageParam),
  getNextPageParam: nextCursor,
  ...fromStart,
});

export function organizationQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId],
    queryFn: () => api.getOrganization(organizationId),
    // Others invite, accept and leave: its seats are beside lists that are refetched.
    refetchInterval: untilCounted,
  });
}

type OrganizationQuery = Query<Organization, Error, Organization, string[]>;
/** The time at which answers began to leave out how the seats are split. */
const uncountedSince = new WeakMap<OrganizationQuery, number>();

/** While that is left out, refetches with growing pauses: as long as it has been left out already, at least a second. */
function untilCounted(query: OrganizationQuery) {
  const { data, dataUpdatedAt } = query.state;
  if (!data?.seats || data.seats.used !== undefined) {
    uncountedSince.delete(query);
    return 30_000;
  }
  const since = uncountedSince.get(query) ?? dataUpdatedAt;
  uncountedSince.set(query, since);
  return Math.min(30_000, Math.max(1_000, dataUpdatedAt - since));
}

export function organizationEventsKey(organizationId: string) {
  return ["organization", organizationId, "events"] as const;
}

export function eventsQuery(organizationId: string, filter: api.EventFilter = {}) {
  return infiniteQueryOptions({
    queryKey: [...organizationEventsKey(organizationId), filter],
    queryFn: ({ pageParam, client, queryKey }) =>
      findEvents(organizationId, filter, pageParam, refetchOnce({ client, queryKey })),
    getNextPageParam: nextCursor,
    refetchInterval: ({ state }) => (isBehind(filter, state.data?.pages[0]) ? 2_000 : 30_000),
    ...fromStart,
  });
}

/** The log lags by a moment: without the creation of its organization or team, it has not caught up yet. */
function isBehind(
  { subject, actor }: api.EventFilter,
  page: { items: unknown[]; next?: string | undefined } | undefined,
) {
  return subject === undefined && actor === undefined && page?.items.length === 0 && page.next === undefined;
}

/** A page of a filtered list can be empty although there are older matches. */
async function findEvents(
  organizationId: string,
  filter: api.EventFilter,
  cursor: string | undefined,
  ifBehind: IfBehind,
) {
  let page = await api.listEvents(organizationId, filter, cursor, ifBehind);
  // threat: a filter without a match asks for the whole log
  for (let more = 1; more <= maxEmptyPages && page.items.length === 0 && page.next !== undefined; more++) {
    page = await api.listEvents(organizationId, filter, page.next);
  }
  return page;
}

/** Changes only with the deployment's configuration. */
export const plansQuery = queryOptions({
  queryKey: ["plans"],
  queryFn: api.listPlans,
  staleTime: Number.POSITIVE_INFINITY,
});

/** Changes only with the deployment's configuration. */
export const resourcesQuery = queryOptions({
  queryKey: ["resources"],
  queryFn: api.listResources,
  staleTime: Number.POSITIVE_INFINITY,
});

export const myInvitationsQuery = infiniteQueryOptions({
  queryKey: ["invitations"],
  queryFn: ({ pageParam }) => api.listMyInvitations(pageParam),
  getNextPageParam: nextCursor,
  ...fromStart,
});

/** Lists as long as an organization: loaded pages are not refetched one by one, but edited in place. */
const longList = { refetchOnWindowFocus: false, refetchOnReconnect: false, ...fromStart };

export function membersKey(organizationId: string) {
  return ["organization", organizationId, "members"] as const;
}

export function membersQuery(organizationId: string, filter: people.MemberFilter) {
  return infiniteQueryOptions({
    queryKey: [...membersKey(organizationId), filter],
    queryFn: ({ pageParam, signal, client, queryKey }) =>
      people.listMembers(organizationId, filter, pageParam, { signal, ifBehind: refetchOnce({ client, queryKey }) }),
    getNextPageParam: nextCursor,
    ...longList,
  });
}

/** The first matches, for a list that is visible only for a moment. */
export function foundMembersQuery(organizationId: string, text: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "found", text],
    queryFn: ({ signal, client, queryKey }) =>
      people.listMembers(organizationId, { search: text }, undefined, {
        signal,
        ifBehind: refetchOnce({ client, queryKey }),
      }),
  });
}

export function memberQuery(organizationId: string, accountId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "member", accountId],
    queryFn: () => people.getMember(organizationId, accountId),
    staleTime: 300_000,
  });
}

/** The most members that one request names. */
const maxNamed = 100;

export function namedMembersKey(organizationId: string) {
  return ["organization", organizationId, "named"] as const;
}

/** The members among some accounts: at most a hundred with each request. Those who are missing may join or be restored. */
export function namedMembersQuery(organizationId: string, accounts: readonly string[]) {
  const sorted = accounts.toSorted();
  return queryOptions({
    queryKey: [...namedMembersKey(organizationId), sorted],
    queryFn: async () => {
      const starts = Array.from({ length: Math.ceil(sorted.length / maxNamed) }, (_, at) => at * maxNamed);
      const pages = await Promise.all(
        // threat: an activity list with more than a hundred people is refused, and names nobody
        starts.map((start) => people.findMembers(organizationId, sorted.slice(start, start + maxNamed))),
      );
      return pages.flatMap(({ items }) => items);
    },
    enabled: sorted.length > 0,
    placeholderData: keepPreviousData,
    // threat: a restored member is shown as a former one for five minutes
    staleTime: ({ state: { data = [] } }) => (data.length < sorted.length ? 0 : 300_000),
  });
}

/** The first members by role: owners, then admins. Names of members are visible to everybody. */
export function managersQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "managers"],
    queryFn: ({ signal, client, queryKey }) =>
      people.listMembers(organizationId, { sort: "role" }, undefined, {
        signal,
        ifBehind: refetchOnce({ client, queryKey }),
      }),
    // A role that was just granted is refetched at once, not in a quarter of a minute.
    staleTime: 0,
  });
}

export function invitationsKey(organizationId: string) {
  return ["organization", organizationId, "invitations"] as const;
}

export function invitationsQuery(organizationId: string, shown: people.InvitationsShown) {
  return infiniteQueryOptions({
    queryKey: [...invitationsKey(organizationId), shown],
    queryFn: ({ pageParam, signal, client, queryKey }) =>
      people.listInvitations(organizationId, shown, pageParam, { signal, ifBehind: refetchOnce({ client, queryKey }) }),
    getNextPageParam: nextCursor,
    ...longList,
  });
}

export function stalledInvitationsQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "stalled-invitations"],
    queryFn: () => people.getStalledInvitations(organizationId),
  });
}

export function invitationQuery(organizationId: string, invitationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "invitation", invitationId],
    queryFn: () => people.getInvitation(organizationId, invitationId),
  });
}

export const notificationsKey = ["notifications"] as const;

/** The newest of all, for the bell. */
export const notificationsQuery = queryOptions({
  queryKey: [...notificationsKey, "newest"],
  queryFn: () => api.listNotifications(),
  refetchInterval: minuteMs,
});

export function notificationPreferencesQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "notification-preferences"],
    queryFn: () => api.getNotificationPreferences(organizationId),
  });
}

export function inboxQuery(only: "unread" | "mentions" | undefined) {
  return infiniteQueryOptions({
    queryKey: [...notificationsKey, "list", only],
    queryFn: ({ pageParam }) => api.listNotifications(pageParam, only),
    getNextPageParam: nextCursor,
    refetchInterval: minuteMs,
    ...fromStart,
  });
}
