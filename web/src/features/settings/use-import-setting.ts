import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { forgetDraft, keepDraft, readDraft } from "#lib/draft.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { type ImportSetting, importSettingQuery, saveImportSetting } from "#lib/imports.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { toast } from "#ui/toast.ts";
import {
  changedFields,
  type ImportField,
  type ImportValues,
  mergeImports,
  toImportRules,
  toImportValues,
} from "./import-values.ts";
import type { Dispute, Side } from "./merge.ts";

type Draft = { base: ImportValues; values: ImportValues };

export type ImportEditing = ReturnType<typeof useImportSetting>;

/** The import setting as a form. Others may save it in between: then a person decides what both have changed. */
export function useImportSetting(organizationId: string, setting: ImportSetting) {
  const draftName = `settings.imports.${organizationId}`;
  const queryClient = useQueryClient();
  const [start] = useState(() => begin(setting, readDraft<Draft>(draftName)));
  const [seen, setSeen] = useState(setting);
  const [values, setValues] = useState(start.values);
  const [disputes, setDisputes] = useState<Dispute<ImportField>[]>(start.disputes);
  const [error, setError] = useState<string>();
  const base = toImportValues(seen);
  const changes = changedFields(base, values).length;
  const undecided = disputes.filter(({ choice }) => choice === undefined).length;

  useEffect(() => {
    if (changes > 0) {
      keepDraft(draftName, { base: toImportValues(seen), values } satisfies Draft);
    } else {
      forgetDraft(draftName);
    }
  }, [draftName, changes, seen, values]);

  const isBehind = setting.revision > seen.revision && changes === 0 && disputes.length === 0;
  useEffect(() => {
    if (isBehind) {
      startFrom(setting);
    }
  });

  function startFrom(present: ImportSetting) {
    setSeen(present);
    setValues(toImportValues(present));
    setDisputes([]);
    setError(undefined);
  }

  const { queryKey } = importSettingQuery(organizationId);
  const save = useMutation({
    mutationFn: () => saveImportSetting(organizationId, seen.revision, toImportRules(values)),
    onMutate: () => setError(undefined),
    onSuccess: (saved) => {
      queryClient.setQueryData(queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      startFrom(saved);
      toast("Settings saved");
    },
    onError: (failure) =>
      failure instanceof ApiError && failure.code === "import.setting_moved"
        ? lookAgain()
        : setError(toSentence(failure)),
  });

  async function lookAgain() {
    try {
      const present = await queryClient.fetchQuery({ ...importSettingQuery(organizationId), staleTime: 0 });
      const merged = mergeImports({ base, mine: values, theirs: toImportValues(present) });
      setSeen(present);
      setValues(merged.values);
      setDisputes(merged.disputes);
      setError(merged.disputes.length > 0 ? undefined : "Someone else changed this setting. Review it, then save.");
    } catch (failure) {
      setError(toSentence(failure));
    }
  }

  function choose(field: ImportField, choice: Side) {
    setDisputes((all) => all.map((one) => (one.field === field ? { ...one, choice } : one)));
    const dispute = disputes.find((one) => one.field === field);
    setValues((now) => ({ ...now, [field]: dispute?.[choice] ?? now[field] }));
  }

  return {
    seen,
    values,
    set: (field: ImportField, value: string) => setValues((now) => ({ ...now, [field]: value })),
    disputes,
    undecided,
    choose,
    changes,
    error,
    isBusy: save.isPending,
    discard: () => startFrom(seen),
    submit: (event: FormEvent) => {
      event.preventDefault();
      if (changes > 0) {
        save.mutate();
      } else {
        startFrom(seen);
      }
    },
  };
}

/** A draft from before a reload continues, on top of the current values. */
function begin(setting: ImportSetting, { base, values }: Partial<Draft>) {
  const theirs = toImportValues(setting);
  return base && values ? mergeImports({ base, mine: values, theirs }) : { values: theirs, disputes: [] };
}
