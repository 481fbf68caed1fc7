import type { Reason } from "@muster/core/update/shape.ts";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { after, read, v1 } from "./api.ts";
import { updatesKey } from "./updates.ts";

// Reports of updates and comments. Separate from updates: most pages do not need them.

const { updates, feed } = v1.organizations[":organization"];
const { report } = updates[":update"];
const reportOfComment = updates[":update"].comments[":comment"].report;

export type Reported = Awaited<ReturnType<typeof listReports>>["items"][number];
export type { Reason };

/** The target of a report: an update, or a comment on it. */
export type Thing = { update: string; comment?: string | undefined };

function listReports(organization: string, cursor?: string) {
  return read(feed.reports.$get({ param: { organization }, query: after(cursor) }));
}

export function sendReport(organization: string, { update, comment }: Thing, json: { reason: Reason; note?: string }) {
  return comment === undefined
    ? read(report.$post({ param: { organization, update }, json }))
    : read(reportOfComment.$post({ param: { organization, update, comment }, json }));
}

/** @param seen how many reports were shown: of those that came since, none is dismissed */
export function dismissReports(organization: string, { update, comment }: Thing, seen: number) {
  const json = { update, seen, ...(comment !== undefined && { comment }) };
  return read(feed.reports.dismiss.$post({ param: { organization }, json }));
}

export function reportsQuery(organization: string) {
  return infiniteQueryOptions({
    queryKey: [...updatesKey(organization), "reports"],
    queryFn: ({ pageParam }) => listReports(organization, pageParam),
    getNextPageParam: (page) => page.next,
    initialPageParam: undefined as string | undefined,
    staleTime: 0,
  });
}
