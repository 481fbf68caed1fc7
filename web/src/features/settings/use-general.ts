import { valibotResolver } from "@hookform/resolvers/valibot";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { get, useForm } from "react-hook-form";
import type * as v from "valibot";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError } from "#lib/failure.ts";
import { showFailure } from "#lib/form-failure.ts";
import { eventsQuery, organizationQuery, organizationsQuery } from "#lib/queries.ts";
import { type GeneralSettings, generalSettingsQuery, saveGeneralSettings } from "#lib/settings.ts";
import { toast } from "#ui/toast.ts";
import { type Merged, merge, type Side } from "./merge.ts";
import { type FieldName, fieldNames, General, toChanges, toValues, type Values } from "./values.ts";

/** Events reach the log a moment after the change. */
const logLagMs = 1_500;

/**
 * The input, and the values that it is based on: so that an outdated draft can be merged with what others have saved.
 */
type Draft = { base: Values; values: Values };

export type GeneralEditing = ReturnType<typeof useGeneral>;

/** General settings as a form. Others may save them in between: then a person decides what both have changed. */
export function useGeneral(organizationId: string, general: GeneralSettings) {
  const draftName = `settings.general.${organizationId}`;
  const [start] = useState(() => begin(general, readDraft<Draft>(draftName)));
  const [base, setBase] = useState(start.base);
  const [seen, setSeen] = useState(general);
  const [disputes, setDisputes] = useState(start.disputes);
  const [taken, setTaken] = useState(start.taken);
  const form = useForm<Values, unknown, v.InferOutput<typeof General>>({
    resolver: valibotResolver(General),
    mode: "onTouched",
    defaultValues: toValues(general),
  });
  const { isDirty, dirtyFields } = form.formState;
  const changed = fieldNames.filter((field) => get(dirtyFields, field) === true);
  const undecided = disputes.filter(({ choice }) => choice === undefined);

  useEffect(() => form.reset(start.values, { keepDefaultValues: true }), [form, start]);
  useEffect(
    () =>
      form.subscribe({
        formState: { values: true, isDirty: true },
        callback: ({ values, isDirty: isUnsaved }) => {
          if (isUnsaved) {
            keepDraft(draftName, { base, values } satisfies Draft);
          } else {
            forgetDraft(draftName);
          }
        },
      }),
    [form, draftName, base],
  );

  const isBehind = general.revision > seen.revision && !isDirty && disputes.length === 0;
  useEffect(() => {
    if (isBehind) {
      startFrom(general);
    }
  });

  const report = useReport(organizationId);
  const save = useMutation({
    mutationFn: (values: v.InferOutput<typeof General>) =>
      saveGeneralSettings(organizationId, seen.revision, toChanges(values, changed)),
    onSuccess: (saved) => {
      report(saved);
      startFrom(saved);
      toast("Settings saved");
    },
    onError: (error) =>
      error instanceof ApiError && error.code === "setting.changed"
        ? lookAgain()
        : showFailure(error, form.setError, fieldNames),
  });

  const queryClient = useQueryClient();
  async function lookAgain() {
    try {
      const present = await queryClient.fetchQuery({ ...generalSettingsQuery(organizationId), staleTime: 0 });
      meet(present);
    } catch (error) {
      showFailure(error, form.setError, fieldNames);
    }
  }

  function meet(present: GeneralSettings) {
    const merged = merge({ base: toValues(seen), mine: form.getValues(), theirs: toValues(present) });
    form.reset(toValues(present));
    form.reset(merged.values, { keepDefaultValues: true });
    setSeen(present);
    setDisputes(merged.disputes);
    setTaken(merged.taken);
  }

  function choose(field: FieldName, choice: Side) {
    setDisputes((all) => all.map((one) => (one.field === field ? { ...one, choice } : one)));
    const dispute = disputes.find((one) => one.field === field);
    form.setValue(field, dispute?.[choice] ?? "", { shouldDirty: true });
  }

  function startFrom(present: GeneralSettings) {
    setBase(toValues(present));
    form.reset(toValues(present));
    forgetDraft(draftName);
    setSeen(present);
    setDisputes([]);
    setTaken([]);
  }

  const discard = () => startFrom(seen);
  const submit = form.handleSubmit((values) => (changed.length > 0 ? save.mutate(values) : discard()));
  return {
    form,
    submit: (event: FormEvent) => void submit(event),
    discard,
    choose,
    disputes,
    taken,
    undecided: undecided.length,
    /** Who made the last change, and when. */
    seen,
    changes: changed.length,
    isBusy: save.isPending,
  };
}

/** Updates the rest of the dashboard after a save. */
function useReport(organizationId: string) {
  const queryClient = useQueryClient();
  return (saved: GeneralSettings) => {
    queryClient.setQueryData(generalSettingsQuery(organizationId).queryKey, saved);
    queryClient.setQueryData(
      organizationQuery(organizationId).queryKey,
      (known) => known && { ...known, name: saved.name },
    );
    void queryClient.invalidateQueries({ queryKey: organizationsQuery.queryKey });
    window.setTimeout(
      () => void queryClient.invalidateQueries({ queryKey: eventsQuery(organizationId).queryKey }),
      logLagMs,
    );
  };
}

/** A draft from before a reload continues, on top of the current values. */
function begin(general: GeneralSettings, { base, values }: Partial<Draft>): Merged & { base: Values } {
  const present = toValues(general);
  return base && values
    ? { base, ...merge({ base, mine: values, theirs: present }) }
    : { base: present, values: present, disputes: [], taken: [] };
}
