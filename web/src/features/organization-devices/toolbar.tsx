import { platformNames } from "@muster/core/device/platform/shape.ts";
import { sections } from "@muster/settings/fields.ts";
import { useMutation } from "@tanstack/react-query";
import { Download, X } from "lucide-react";
import type { DeviceFilter, DeviceSummary } from "#lib/organization-devices.ts";
import { Button } from "#ui/button.tsx";
import { NativeSelect } from "#ui/native-select.tsx";
import { toast, toastFailure } from "#ui/toast.ts";
import { endedStatuses, linkedStatuses } from "./filter.ts";
import { sectionText, statusText } from "./text.ts";

type Change = { [K in keyof DeviceFilter]?: string | undefined };
type Props = {
  organizationId: string;
  summary: DeviceSummary;
  filter: DeviceFilter;
  onChange: (change: Change) => void;
  onClear: () => void;
};

/** Narrows the list, and exports what is left of it. */
export function Toolbar({ organizationId, summary, filter, onChange, onClear }: Props) {
  const { platforms, versions, teams, revisions } = summary;
  const selects = [
    {
      name: "status" as const,
      all: "Any status",
      options: [...linkedStatuses, ...endedStatuses].map((value) => [value, statusText[value].label]),
    },
    {
      name: "section" as const,
      all: "Any section",
      options: sections.map((section) => [section, `Without current ${sectionText[section]}`]),
    },
    {
      name: "platform" as const,
      all: "Any platform",
      options: platforms.map(({ platform }) => [platform, platformNames[platform]]),
    },
    {
      name: "version" as const,
      all: "Any version",
      options: [...new Set(versions.map(({ version }) => version))].map((version) => [version, version]),
    },
    { name: "team" as const, all: "Any team", options: teams.map(({ team }) => [team.id, team.name]) },
    {
      name: "revision" as const,
      all: "Any revision",
      options: revisions.flatMap(({ revision }) =>
        revision === undefined ? [] : [[`${revision}`, `Revision ${revision}`]],
      ),
    },
  ];
  return (
    <div className="flex flex-wrap items-center gap-2">
      {selects.map(({ name, all, options }) => {
        const value = filter[name] ?? "";
        const known = options.map(([one = "", label = ""]) => ({ value: one, label }));
        const isThere = value === "" || known.some((one) => one.value === value);
        return (
          (known.length > 1 || value !== "") && (
            <NativeSelect
              key={name}
              aria-label={all.replace("Any ", "").replace(/^./, (first) => first.toUpperCase())}
              value={value}
              options={[{ value: "", label: all }, ...known, ...(isThere ? [] : [{ value, label: value }])]}
              onChoose={(chosen) => onChange({ [name]: chosen || undefined })}
              className="min-w-28 flex-1 max-sm:min-w-32 sm:max-w-44"
            />
          )
        );
      })}
      <div className="flex gap-2 sm:ml-auto">
        {Object.keys(filter).length > 0 && (
          <Button variant="ghost" onClick={onClear}>
            <X />
            Clear filters
          </Button>
        )}
        <ExportButton organizationId={organizationId} filter={filter} />
      </div>
    </div>
  );
}

function ExportButton({ organizationId, filter }: Pick<Props, "organizationId" | "filter">) {
  const save = useMutation({
    mutationFn: async () => {
      const { exportFile } = await import("#lib/export.ts");
      const search = new URLSearchParams(filter).toString();
      const path = `/api/v1/organizations/${organizationId}/devices/export${search && `?${search}`}`;
      await exportFile(path, `devices-${new Date().toISOString().slice(0, 10)}.csv`);
    },
    onSuccess: () => toast("The devices were saved as a CSV file"),
    onError: (error) => toastFailure("Nothing was exported", error),
  });
  return (
    <Button isBusy={save.isPending} onClick={() => save.mutate()}>
      <Download />
      Export
    </Button>
  );
}
