import { type FieldKey, fieldKeys, type Section, sectionOf, sections } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import type { Organization } from "#lib/api.ts";
import { type OwnSettings, ownSettingsQuery } from "#lib/setting-layers.ts";
import { PageHeader } from "#ui/card.tsx";
import { SettingsGroup } from "#ui/settings-section.tsx";
import { useNameOf } from "./catalog.tsx";
import { GeneralSkeleton } from "./general-skeleton.tsx";
import { type ControlProps, useSetting } from "./layer-context.ts";
import { LayerFrame, memoryText } from "./layer-frame.tsx";
import { inheritedBy, kindOf } from "./say.ts";
import { SettingRow } from "./setting-row.tsx";
import { valueText } from "./setting-text.ts";
import { useOwnLayer } from "./use-layer.ts";

const from = "/_signed-in/organizations/$organization/your-settings";
const titles: Record<Section, string> = {
  features: "Features",
  models: "Models",
  sources: "LTM Sources",
  websites: "LTM Websites",
};

/** The settings that apply to oneself, why, and one's own choice where it counts. */
export function OwnSettingsPage() {
  const { organization: id } = useParams({ from });
  const own = useQuery(ownSettingsQuery(id));
  return (
    <PageGate page="ownSettings" skeleton={<Skeleton />}>
      {(organization) => (
        <Gate query={own} skeleton={<Skeleton />}>
          {(found) => (
            <>
              <Head organization={organization} />
              <Form key={id} organization={organization} own={found} />
            </>
          )}
        </Gate>
      )}
    </PageGate>
  );
}

function Head({ organization }: { organization?: Organization }) {
  return (
    <PageHeader
      title="Your settings"
      description={`What applies to you in ${organization?.name ?? "this organization"}. Change what is left to you. ${memoryText}`}
    />
  );
}

function Skeleton() {
  return (
    <>
      <Head />
      <GeneralSkeleton />
    </>
  );
}

const decided = "Your organization decides this setting.";
const underWay = "Your organization is bringing a change to its devices, so this can’t be chosen until that has ended.";

function Form({ organization, own }: { organization: Organization; own: OwnSettings }) {
  const { editing } = useOwnLayer(organization.id, fieldKeys, own);
  const readOnly = whyBlocked(organization, "setting.choose", { target: { isOwn: true } });
  const resolved = (field: FieldKey) => editing.seen.fields[field];
  const closedBy = (field: FieldKey) => (own.closed.includes(field) ? underWay : undefined);
  return (
    <LayerFrame
      organizationId={organization.id}
      rank="member"
      role={organization.role}
      editing={editing}
      entries={editing.seen.own}
      inherited={(field) => inheritedBy(resolved(field))}
      blocked={(field) => readOnly ?? (resolved(field).mayChange ? closedBy(field) : decided)}
      whyClosed={(field) => (resolved(field).mayChange ? closedBy(field) : undefined)}
      readOnly={readOnly}
    >
      {sections.map((section) => (
        <SettingsGroup key={section} title={titles[section]}>
          {fieldKeys
            .filter((field) => sectionOf(field) === section)
            .map((field) => (
              <SettingRow key={field} field={field} {...(isFixed(field, own) && fixed)} />
            ))}
        </SettingsGroup>
      ))}
    </LayerFrame>
  );
}

/** Returns whether a setting is told in words, because it is not the member's to change, and no switch. */
function isFixed(field: FieldKey, { fields: resolved }: OwnSettings) {
  const { name } = kindOf(field);
  return name !== "toggle" && name !== "choice" && !resolved[field].mayChange;
}

const fixed = { control: Value, place: "side" } as const;

function Value({ field, noteId }: ControlProps) {
  const { inherited } = useSetting(field);
  const nameOf = useNameOf(field);
  return (
    <p aria-describedby={noteId} className="text-sm font-medium">
      {valueText(field, inherited.value, nameOf)}
    </p>
  );
}
