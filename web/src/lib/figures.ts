import { minuteMs } from "@muster/core/base/duration.ts";
import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";

export type Span = "day" | "month";
export type Figures = Awaited<ReturnType<typeof listFigures>>["items"][number];

/** The last 90 days, or the last twelve months, as far as they are known. */
function listFigures(organization: string, by: Span) {
  return read(v1.organizations[":organization"].figures.$get({ param: { organization }, query: { by } }));
}

export function figuresQuery(organizationId: string, by: Span) {
  return queryOptions({
    queryKey: ["organization", organizationId, "figures", by],
    queryFn: () => listFigures(organizationId, by),
    // a day's figures change slowly, and the seats beside them are exact
    staleTime: 5 * minuteMs,
  });
}
