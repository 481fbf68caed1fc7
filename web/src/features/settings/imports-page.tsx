import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { managersOf, may } from "#features/rights/permissions.ts";
import { roleText } from "#features/rights/text.ts";
import { plural } from "#lib/format.ts";
import { type ImportSetting, importSettingQuery, saveImportSetting } from "#lib/imports.ts";
import { managersQuery, memberQuery, organizationEventsKey, organizationQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Banner } from "#ui/banner.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { SelectField } from "#ui/native-select.tsx";
import { SettingsSection } from "#ui/settings-section.tsx";
import { DisputedField } from "./disputed-field.tsx";
import { EditingBar } from "./editing-bar.tsx";
import { type ImportField, type ImportValues, importLabels, toImportRules, toImportValues } from "./import-values.ts";
import { type Editing, useEditing } from "./use-editing.ts";

const from = "/_signed-in/organizations/$organization/settings/imports";

export function ImportSettingPage() {
  const { organization: organizationId } = useParams({ from });
  const organization = useQuery(organizationQuery(organizationId));
  const setting = useQuery(importSettingQuery(organizationId));

  useTitle("Import settings");
  return (
    <Gate query={organization.data ? setting : { ...setting, data: undefined }} skeleton={<SettingSkeleton />}>
      {(found) =>
        organization.data && (
          <SettingForm
            key={organizationId}
            organizationId={organizationId}
            setting={found}
            readOnly={whyBlocked(organization.data, "import.edit")}
          />
        )
      }
    </Gate>
  );
}

type FormProps = { organizationId: string; setting: ImportSetting; readOnly: string | undefined };

function SettingForm({ organizationId, setting, readOnly }: FormProps) {
  const editing = useImportSetting(organizationId, setting);
  const { submit, disputes, taken, seen, values } = editing;
  const isLost = seen.runAs !== undefined && !seen.allowed && values.runAs === seen.runAs;
  return (
    <form noValidate onSubmit={submit}>
      <div className="grid gap-4 pt-6 empty:hidden">
        {readOnly !== undefined && <Banner tone="info">{readOnly}</Banner>}
        {(disputes.length > 0 || taken.length > 0) && (
          <Banner tone={disputes.length > 0 ? "warning" : "info"}>
            Someone saved this setting while you were changing it.{" "}
            {disputes.length > 0
              ? "Choose which values to keep, then save."
              : "Your changes are still here. Save to keep both."}
          </Banner>
        )}
        {isLost && (
          <Banner tone="warning">
            The person that scripts import for is no longer an owner or admin, so files from scripts are refused. Choose
            someone else.
          </Banner>
        )}
      </div>
      <fieldset disabled={readOnly !== undefined} className="min-w-0">
        <SettingsSection
          title="Scripts"
          description="A script that has credentials for the bucket can import people without anyone signing in. It imports for an owner or admin."
        >
          <Choice
            editing={editing}
            field="runAs"
            options={useManagers(organizationId, setting)}
            hint={runAsHint(values.runAs)}
          />
          <div className="grid items-start gap-5 sm:grid-cols-2">
            <Choice
              editing={editing}
              field="role"
              options={values.role === "unknown" ? [...roles, unknownRole] : roles}
              hint="A row that asks for a higher role is not invited."
            />
            <Choice editing={editing} field="lifetimeDays" options={lifetimes} />
          </div>
        </SettingsSection>
        <SettingsSection
          title="Where to upload files"
          description="Upload to Muster’s bucket under this key. Put any file name in place of the star."
        >
          <KeyPattern organizationId={organizationId} />
        </SettingsSection>
      </fieldset>
      <EditingBar editing={editing} />
    </form>
  );
}

const roles = (["read", "write"] as const).map((role) => ({ value: role, label: roleText[role].label }));
const unknownRole = { value: "unknown", label: roleText.unknown.label };
const lifetimes = Array.from({ length: 30 }, (_, index) => ({
  value: String(index + 1),
  label: plural(index + 1, "day"),
}));

function runAsHint(runAs: string) {
  return runAs === ""
    ? "Files from scripts are refused, and each refusal is listed in the imports."
    : "Scripts can’t grant a role that this person can’t grant.";
}

/** Nobody, and all owners and admins; the current choice is always included. */
function useManagers(organizationId: string, { runAs }: ImportSetting) {
  const { data } = useQuery(managersQuery(organizationId));
  const managers = managersOf(data, (role) => may(role, "import.create")).managers.map(({ account, name, role }) => ({
    value: account as string,
    label: `${name} (${roleText[role].label})`,
  }));
  const isThere = runAs === undefined || managers.some(({ value }) => value === runAs);
  const other = useQuery({
    ...memberQuery(organizationId, runAs ?? ""),
    enabled: !isThere && data !== undefined,
    retry: false,
  });
  return [
    { value: "", label: "Off" },
    ...managers,
    ...(isThere || runAs === undefined
      ? []
      : [{ value: runAs as string, label: other.data?.name ?? (data ? "A former member" : "…") }]),
  ];
}

type ChoiceProps = {
  editing: ImportEditing;
  field: ImportField;
  options: { value: string; label: string }[];
  hint?: string;
};

function Choice({ editing: { values, set, disputes, choose }, field, options, hint }: ChoiceProps) {
  const dispute = disputes.find((one) => one.field === field);
  const show = (value: string) => options.find((one) => one.value === value)?.label ?? value;
  if (dispute) {
    return (
      <DisputedField
        dispute={dispute}
        label={importLabels[field]}
        isFirst={dispute === disputes[0]}
        show={show}
        onChoose={(side) => choose(field, side)}
      />
    );
  }
  return (
    <SelectField
      label={importLabels[field]}
      hint={hint}
      value={values[field]}
      options={options}
      onChoose={(value) => set(field, value)}
    />
  );
}

function KeyPattern({ organizationId }: { organizationId: string }) {
  const folder = `imports/${organizationId}/`;
  return (
    <div className="grid gap-2 text-sm">
      <p className="min-w-0 rounded-lg border border-border bg-surface-2 px-3 py-2">
        <CopyableId id={`${folder}*.csv`} label="key pattern" className="left-0!" />
      </p>
      <p className="text-fg-2">
        For example{" "}
        <code className="rounded bg-surface-2 px-1 py-0.5 font-mono text-xs break-all">
          aws s3 cp people.csv s3://BUCKET/{folder}2026-11.csv
        </code>
      </p>
      <p className="text-fg-3">
        The operator of this deployment provides the name of the bucket and credentials for it. Uploading the same file
        again starts another import: members and people with a pending invitation are skipped, and those whose
        invitation ended are invited again.
      </p>
    </div>
  );
}

function SettingSkeleton() {
  return (
    <Loading what="the settings">
      <div className="grid gap-x-10 gap-y-3 py-6 lg:grid-cols-[240px_minmax(0,1fr)]">
        <Lines of={["h-5 w-20", "h-4 w-48"]} className="grid content-start gap-2" />
        <Lines of={["h-9", "h-9"]} className="card grid gap-5 p-5" />
      </div>
    </Loading>
  );
}

type ImportEditing = Editing<ImportSetting, ImportValues>;

/** The import setting as a form. */
function useImportSetting(organizationId: string, setting: ImportSetting): ImportEditing {
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
