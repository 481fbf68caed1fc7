import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import * as api from "./api.ts";

const fromStart = { initialPageParam: undefined as string | undefined };

function nextCursor(page: { next?: string | undefined }) {
  return page.next;
}

export const accountQuery = queryOptions({ queryKey: ["account"], queryFn: api.getAccount, staleTime: 60_000 });

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
  });
}

export function eventsQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: ["organization", organizationId, "events"],
    queryFn: ({ pageParam }) => api.listEvents(organizationId, pageParam),
    getNextPageParam: nextCursor,
    // The log follows its organization by a moment; a log without even a beginning has not caught up yet.
    refetchInterval: ({ state }) => (state.data?.pages[0]?.items.length === 0 ? 2_000 : 30_000),
    ...fromStart,
  });
}

export const noticesQuery = queryOptions({
  queryKey: ["notices"],
  queryFn: () => api.listNotices(),
  refetchInterval: 60_000,
});
