import { minuteMs } from "@muster/core/base/duration.ts";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type Import, importQuery, importRowsQuery, importsKey, putImport } from "#lib/imports.ts";
import { invitationsKey, organizationEventsKey, organizationQuery } from "#lib/queries.ts";
import { paceOf } from "./progress.ts";
import { isOver } from "./text.ts";

const newsMs = minuteMs;

/** The current state of an import, polled while it can change and the page is visible. */
export function useImport(organizationId: string, id: string, known?: Import) {
  const query = useQuery({
    ...importQuery(organizationId, id),
    ...(known && { placeholderData: known, enabled: !isOver(known) }),
    refetchInterval: ({ state }) => paceOf(state.data, Date.now()),
  });
  useNews(organizationId, query.data);
  return query;
}

/** Refetches what else changes when an import changes its state. */
function useNews(organizationId: string, found: Import | undefined) {
  const queryClient = useQueryClient();
  const before = useRef<Import>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = found;
    if (!found || last === found) {
      return;
    }
    const isOther = last ? last.state !== found.state || last.pass !== found.pass : hasJustEnded(found);
    if (!isOther && (!last || last.reported === found.reported)) {
      return;
    }
    putImport(queryClient, organizationId, found);
    if (isOther) {
      void queryClient.invalidateQueries({ ...organizationQuery(organizationId), exact: true });
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
    }
    if (isOther && isOver(found)) {
      void queryClient.invalidateQueries({ queryKey: invitationsKey(organizationId) });
      void queryClient.invalidateQueries({ queryKey: [...importsKey(organizationId), "list"] });
      void queryClient.invalidateQueries({
        queryKey: importRowsQuery(organizationId, found.id, undefined).queryKey.slice(0, -1),
      });
    }
  }, [queryClient, organizationId, found]);
}

/** A small import may have ended before it is first seen, and its effects are not known yet. */
function hasJustEnded({ endedAt }: Import) {
  return endedAt !== undefined && Date.now() - Date.parse(endedAt) < newsMs;
}
