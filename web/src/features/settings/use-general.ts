import { useQueryClient } from "@tanstack/react-query";
import { reauthenticated, useReauthentication } from "#features/reauthentication/use-reauthentication.ts";
import { billingQuery } from "#lib/billing.ts";
import { organizationEventsKey, organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { type GeneralSettings, generalSettingsQuery, saveGeneralSettings } from "#lib/settings.ts";
import { type Editing, useEditing } from "./use-editing.ts";
import { problemOf, toChanges, toValues, type Values } from "./values.ts";

/** Events reach the log a moment after the change. */
const logLagMs = 1_500;
/** Stripe gets the contact after that. */
const syncLagMs = 6_000;

export type GeneralEditing = Editing<GeneralSettings, Values>;

/** General settings as a form, and what asks for a confirmation where a change requires one. */
export function useGeneral(organizationId: string, general: GeneralSettings) {
  const queryClient = useQueryClient();
  const query = generalSettingsQuery(organizationId);
  const reauthentication = useReauthentication();
  const editing: GeneralEditing = useEditing(
    {
      draftName: `settings.general.${organizationId}`,
      toValues,
      problemOf,
      save: async (seen, changes) => {
        const saved = await reauthenticated(reauthentication, () =>
          saveGeneralSettings(organizationId, seen.revision, toChanges(changes)),
        );
        askStripeAgain(Object.keys(changes));
        return saved;
      },
      conflict: "setting.changed",
      fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
      onSaved: report,
      isNewer: (document, seen) => document.revision > seen.revision,
    },
    general,
  );
  return { editing, reauthentication };

  /** Forgets refusals of changed fields, and asks for those of the new values once Stripe has got them. */
  function askStripeAgain(changed: readonly string[]) {
    const isChanged = (field: string) =>
      field === "contact" || changed.some((one) => one === field || one.startsWith(`${field}.`));
    queryClient.setQueryData(
      billingQuery(organizationId).queryKey,
      (known) =>
        known && { ...known, contactRefusals: known.contactRefusals?.filter(({ field }) => !isChanged(field)) },
    );
    window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: billingQuery(organizationId).queryKey, exact: true }),
      syncLagMs,
    );
  }

  /** Updates the rest of the dashboard. */
  function report(saved: GeneralSettings) {
    queryClient.setQueryData(query.queryKey, saved);
    queryClient.setQueryData(
      organizationQuery(organizationId).queryKey,
      (known) => known && { ...known, name: saved.name, posting: saved.updates.posting ?? "members" },
    );
    void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) }),
      logLagMs,
    );
  }
}
