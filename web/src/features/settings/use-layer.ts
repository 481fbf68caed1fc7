import type { FieldKey } from "@muster/settings/fields.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { organizationEventsKey } from "#lib/queries.ts";
import {
  type Effective,
  effectiveQuery,
  layersKey,
  type OrganizationLayer,
  saveOwnSettings,
  saveSettings,
  saveTeamSettings,
  settingsQuery,
  type TeamLayer,
  teamSettingsQuery,
} from "#lib/setting-layers.ts";
import { generalSettingsQuery } from "#lib/settings.ts";
import { joinSays, openAfter, ownEntries, problemOf, type Says, toChanges, toSays } from "./say.ts";
import { type Subject, useEditing } from "./use-editing.ts";

/** Events reach the log a moment after the change. */
const logLagMs = 1_500;

/** Some settings of the organization as a form. */
export function useOrganizationLayer(
  organizationId: string,
  keys: readonly FieldKey[],
  { name, document, isWhole }: { name: string; document: OrganizationLayer; isWhole: boolean },
) {
  const queryClient = useQueryClient();
  const query = settingsQuery(organizationId, isWhole);
  const toValues = useCallback(
    ({ fields, openToTeams }: OrganizationLayer) => toSays(keys, fields, openToTeams),
    [keys],
  );
  return useLayer<OrganizationLayer>(organizationId, document, (note) => ({
    draftName: `settings.${name}.${organizationId}`,
    toValues,
    save: ({ revision, openToTeams, fields }, changed) => {
      const open = openAfter(openToTeams, changed);
      const json = { revision, fields: toChanges(changed, fields), ...(open && { openToTeams: open }), ...note };
      return saveSettings(organizationId, json, isWhole);
    },
    conflict: "setting.changed",
    fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
    onSaved: (saved) => queryClient.setQueryData(query.queryKey, saved),
    isNewer: (present, seen) => present.revision > seen.revision,
  }));
}

/** What a team overrides as a form. */
export function useTeamLayer(organizationId: string, keys: readonly FieldKey[], document: TeamLayer) {
  const queryClient = useQueryClient();
  const { team } = document;
  const query = teamSettingsQuery(organizationId, team);
  const toValues = useCallback(({ fields }: TeamLayer) => toSays(keys, fields), [keys]);
  return useLayer<TeamLayer>(organizationId, document, (note) => ({
    draftName: `settings.${team}`,
    toValues,
    save: ({ revision, fields }, changed) =>
      saveTeamSettings(organizationId, team, { revision, fields: toChanges(changed, fields), ...note }),
    conflict: "setting.changed",
    fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
    onSaved: (saved) => queryClient.setQueryData(query.queryKey, saved),
    isNewer: (present, seen) => present.revision > seen.revision,
  }));
}

/** What the caller chooses for themselves as a form. */
export function useOwnLayer(organizationId: string, keys: readonly FieldKey[], document: Effective) {
  const queryClient = useQueryClient();
  const query = effectiveQuery(organizationId);
  const fetch = () => queryClient.fetchQuery({ ...query, staleTime: 0 });
  const toValues = useCallback((effective: Effective) => toSays(keys, ownEntries(effective)), [keys]);
  return useLayer<Effective>(organizationId, document, () => ({
    draftName: `settings.own.${organizationId}`,
    toValues,
    save: async (_, changed) => {
      await saveOwnSettings(organizationId, toChanges(changed, {}));
      return await fetch();
    },
    conflict: "member.changed",
    fetch,
    onSaved: () => undefined,
    isNewer: (present, seen) => present !== seen,
  }));
}

/** A form with the note that its save may have. */
function useLayer<D>(organizationId: string, document: D, subjectOf: (note: { note?: string }) => Subject<D, Says>) {
  const [note, setNote] = useState("");
  const report = useLayerReport(organizationId);
  const subject = subjectOf(note.trim() === "" ? {} : { note: note.trim() });
  const editing = useEditing<D, Says>(
    {
      ...subject,
      join: joinSays,
      problemOf: (field, say) => problemOf(field as FieldKey, say),
      onSaved: (saved) => {
        subject.onSaved(saved);
        setNote("");
        report();
      },
    },
    document,
  );
  return { editing, note, setNote };
}

/** The same after a change of the whole, to which General belongs. */
export function useWholeReport(organizationId: string) {
  const queryClient = useQueryClient();
  const report = useLayerReport(organizationId);
  return () => {
    void queryClient.invalidateQueries({ queryKey: generalSettingsQuery(organizationId).queryKey });
    report();
  };
}

/** Updates the rest of the dashboard after a save. */
export function useLayerReport(organizationId: string) {
  const queryClient = useQueryClient();
  return () => {
    void queryClient.invalidateQueries({
      queryKey: layersKey(organizationId),
      // what was saved and is shown is there already
      predicate: (query) => query.queryKey[3] !== "organization" || !query.isActive(),
    });
    window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) }),
      logLagMs,
    );
  };
}
