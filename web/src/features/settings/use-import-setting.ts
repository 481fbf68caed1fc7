import { useQueryClient } from "@tanstack/react-query";
import { type ImportSetting, importSettingQuery, saveImportSetting } from "#lib/imports.ts";
import { organizationEventsKey } from "#lib/queries.ts";
import { type ImportValues, toImportRules, toImportValues } from "./import-values.ts";
import { type Editing, useEditing } from "./use-editing.ts";

export type ImportEditing = Editing<ImportSetting, ImportValues>;

/** The import setting as a form. */
export function useImportSetting(organizationId: string, setting: ImportSetting): ImportEditing {
  const queryClient = useQueryClient();
  const query = importSettingQuery(organizationId);
  return useEditing(
    {
      draftName: `settings.imports.${organizationId}`,
      toValues: toImportValues,
      save: (seen, _, values) => saveImportSetting(organizationId, seen.revision, toImportRules(values)),
      conflict: "import.setting_moved",
      fetch: () => queryClient.fetchQuery({ ...query, staleTime: 0 }),
      onSaved: (saved) => {
        queryClient.setQueryData(query.queryKey, saved);
        void queryClient.invalidateQueries({ queryKey: organizationEventsKey(organizationId) });
      },
      isNewer: (document, seen) => document.revision > seen.revision,
    },
    setting,
  );
}
