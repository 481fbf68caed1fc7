import type { FieldKey } from "@muster/settings/fields.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { organizationEventsKey } from "#lib/queries.ts";
import { layersKey, type OrganizationLayer, saveSettings, settingsQuery } from "#lib/setting-layers.ts";
import { openAfter, problemOf, type Says, toChanges, toSays } from "./say.ts";
import { useEditing } from "./use-editing.ts";

/** Events reach the log a moment after the change. */
const logLagMs = 1_500;

/** Some settings of the organization as a form. */
export function useOrganizationLayer(
  organizationId: string,
  keys: readonly FieldKey[],
  { name, document }: { name: string; document: OrganizationLayer },
) {
  const [note, setNote] = useState("");
  const queryClient = useQueryClient();
  const query = settingsQuery(organizationId);
  const report = useLayerReport(organizationId);
  const toValues = useCallback(
    ({ fields, openToTeams }: OrganizationLayer) => toSays(keys, fields, openToTeams),
    [keys],
  );
  const editing = useEditing<OrganizationLayer, Says>(
    {
      draftName: `settings.${name}.${organizationId}`,
      toValues,
      problemOf: (field, say) => problemOf(field as FieldKey, say),
      save: ({ revision, openToTeams }, changed) => {
        const open = openAfter(openToTeams, changed);
        return saveSettings(organizationId, {
          revision,
          fields: toChanges(changed),
          ...(open && { openToTeams: open }),
          ...(note.trim() !== "" && { note: note.trim() }),
        });
      },
      conflict: "setting.changed",
      fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
      onSaved: (saved) => {
        queryClient.setQueryData(query.queryKey, saved);
        setNote("");
        report();
      },
      isNewer: (present, seen) => present.revision > seen.revision,
    },
    document,
  );
  return { editing, note, setNote };
}

/** Updates the rest of the dashboard after a save. */
export function useLayerReport(organizationId: string) {
  const queryClient = useQueryClient();
  return () => {
    const isSaved = (kind: unknown) => kind !== "organization";
    void queryClient.invalidateQueries({
      queryKey: layersKey(organizationId),
      predicate: ({ queryKey }) => isSaved(queryKey[3]),
    });
    window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) }),
      logLagMs,
    );
  };
}
