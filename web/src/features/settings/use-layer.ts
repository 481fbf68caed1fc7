import type { FieldKey } from "@muster/settings/fields.ts";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { changedFields, pick } from "#lib/merge.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { rolloutQuery } from "#lib/rollouts.ts";
import {
  layersKey,
  noteOf,
  type OrganizationLayer,
  type OwnSettings,
  ownSettingsQuery,
  type Previewed,
  type RolloutPlan,
  saveOwnSettings,
  saveSettings,
  saveTeamSettings,
  settingsQuery,
  type TeamLayer,
  teamSettingsQuery,
} from "#lib/setting-layers.ts";
import { generalSettingsQuery } from "#lib/settings.ts";
import { joinSays, openAfter, problemOf, type Says, toChanges, toSays } from "./say.ts";
import { type Editing, type Subject, useEditing } from "./use-editing.ts";

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
  const [rollout, setRollout] = useState<RolloutPlan>();
  const toValues = useCallback(
    ({ fields, openToTeams }: OrganizationLayer) => toSays(keys, fields, openToTeams),
    [keys],
  );
  const layer = useLayer<OrganizationLayer>(organizationId, document, (note) => ({
    draftName: `settings.${name}.${organizationId}`,
    toValues,
    save: (seen, changed) =>
      saveSettings(
        organizationId,
        { revision: seen.revision, ...organizationChange(seen, changed), ...note, ...(rollout && { rollout }) },
        isWhole,
      ).catch((error: unknown) => {
        // a rollout that has just begun may be why
        void queryClient.invalidateQueries({ queryKey: rolloutQuery(organizationId).queryKey });
        throw error;
      }),
    conflict: "setting.changed",
    fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
    onSaved: (saved) => {
      queryClient.setQueryData(query.queryKey, saved);
      setRollout(undefined);
      void queryClient.invalidateQueries({ queryKey: rolloutQuery(organizationId).queryKey });
    },
    isNewer: (present, seen) => present.revision > seen.revision,
  }));
  return { ...layer, rollout, setRollout, previewed: usePreviewed(layer.editing, organizationChange) };
}

function organizationChange({ fields, openToTeams }: OrganizationLayer, changed: Partial<Says>) {
  const open = openAfter(openToTeams, changed);
  return { fields: toChanges(changed, fields), ...(open && { openToTeams: open }) };
}

/** Edits a team's overrides in a form. */
export function useTeamLayer(organizationId: string, keys: readonly FieldKey[], document: TeamLayer) {
  const queryClient = useQueryClient();
  const { team } = document;
  const query = teamSettingsQuery(organizationId, team);
  const toValues = useCallback(({ fields }: TeamLayer) => toSays(keys, fields), [keys]);
  const layer = useLayer<TeamLayer>(organizationId, document, (note) => ({
    draftName: `settings.${team}`,
    toValues,
    save: ({ revision, fields }, changed) =>
      saveTeamSettings(organizationId, team, { revision, fields: toChanges(changed, fields), ...note }),
    conflict: "setting.changed",
    fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
    onSaved: (saved) => queryClient.setQueryData(query.queryKey, saved),
    isNewer: (present, seen) => present.revision > seen.revision,
  }));
  return { ...layer, previewed: usePreviewed(layer.editing, teamChange) };
}

const teamChange = ({ team, fields }: TeamLayer, changed: Partial<Says>) => ({
  team,
  fields: toChanges(changed, fields),
});

/** Edits the caller's own choices in a form. */
export function useOwnLayer(organizationId: string, keys: readonly FieldKey[], document: OwnSettings) {
  const queryClient = useQueryClient();
  const query = ownSettingsQuery(organizationId);
  const fetch = () => queryClient.fetchQuery({ ...query, staleTime: 0 });
  const toValues = useCallback(({ own }: OwnSettings) => toSays(keys, own), [keys]);
  return useLayer<OwnSettings>(organizationId, document, () => ({
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

/** The change as it would be saved; nothing while it cannot be. */
function usePreviewed<D>(
  { values, base, seen, undecided }: Editing<D, Says>,
  changeOf: (seen: D, changed: Partial<Says>) => Previewed,
): Previewed | undefined {
  return useMemo(() => {
    const changed = changedFields(values, base);
    const isWrong = changed.some((field) => problemOf(field as FieldKey, values[field]) !== undefined);
    return changed.length === 0 || isWrong || undecided > 0 ? undefined : changeOf(seen, pick(values, changed));
  }, [values, base, seen, undecided, changeOf]);
}

/** A form with the note that its save may have. */
function useLayer<D>(organizationId: string, document: D, subjectOf: (note: { note?: string }) => Subject<D, Says>) {
  const [note, setNote] = useState("");
  const report = useLayerReport(organizationId);
  const subject = subjectOf(noteOf(note));
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
    void queryClient.invalidateQueries({ queryKey: rolloutQuery(organizationId).queryKey });
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
