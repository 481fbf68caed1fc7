import type { FieldKey, Tab } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { whyClosed } from "#features/rollouts/text.ts";
import { WavesField } from "#features/rollouts/waves-choice.tsx";
import type { Organization } from "#lib/api.ts";
import { organizationQuery } from "#lib/queries.ts";
import { rolloutQuery } from "#lib/rollouts.ts";
import { type Effective, effectiveQuery, type OrganizationLayer, settingsQuery } from "#lib/setting-layers.ts";
import { useTitle } from "#lib/title.ts";
import { Banner } from "#ui/banner.tsx";
import { GeneralSkeleton } from "./general-skeleton.tsx";
import { InForceLine } from "./in-force-line.tsx";
import { LayerFrame, lastOf, memoryText, SettingGroups } from "./layer-frame.tsx";
import { NoteField } from "./note-field.tsx";
import { Reach } from "./reach.tsx";
import { fieldsOn } from "./say.ts";
import { inheritedAt, whyLocked } from "./setting-text.ts";
import { useOrganizationLayer } from "./use-layer.ts";

type Props = {
  tab: Tab;
  title: string;
};

/** A tab of the organization's settings: a form of the settings that are declared for it. */
export function LayerPage({ tab, title }: Props) {
  const { organization: id = "" } = useParams({ strict: false });
  const organization = useQuery(organizationQuery(id));
  const document = useQuery(settingsQuery(id, isWholeOn(tab)));
  const effective = useQuery(effectiveQuery(id));
  const isLoaded = organization.data !== undefined && effective.data !== undefined;

  useTitle(title);
  return (
    <Gate
      query={
        effective.error && effective.data === undefined
          ? effective
          : isLoaded
            ? document
            : { ...document, data: undefined }
      }
      skeleton={<GeneralSkeleton />}
    >
      {(found) =>
        organization.data &&
        effective.data && (
          <Form key={id} organization={organization.data} document={found} effective={effective.data} tab={tab} />
        )
      }
    </Gate>
  );
}

const keysOnTab: Record<Tab, readonly FieldKey[]> = {
  features: fieldsOn("features"),
  models: fieldsOn("models"),
  sources: fieldsOn("sources"),
  websites: fieldsOn("websites"),
};

/** Says that sections which cannot be read cannot be changed either: an earlier revision is the way back. */
function Unreadable({ sections }: { sections: readonly string[] }) {
  return (
    sections.length > 0 && (
      <div className="pt-6">
        <Banner tone="danger">
          Some settings can’t be read ({sections.join(", ")}), so the strictest value applies to each of them. Ask your
          operator for help: nobody can change them until they are repaired.
        </Banner>
      </div>
    )
  );
}

/** Only one tab shows the denied websites, which may be many. */
const isWholeOn = (tab: Tab) => tab === "websites";

type FormProps = Pick<Props, "tab"> & {
  organization: Organization;
  document: OrganizationLayer;
  effective: Effective;
};

function Form({ organization, document, effective, tab }: FormProps) {
  const keys = keysOnTab[tab];
  const { id, role } = organization;
  const { data: rollouts } = useQuery(rolloutQuery(id));
  const { editing, note, setNote, rollout, setRollout, previewed } = useOrganizationLayer(id, keys, {
    name: tab,
    document,
    isWhole: isWholeOn(tab),
  });
  const readOnly = whyBlocked(organization, "setting.change");
  const inherited = (field: FieldKey) => inheritedAt(effective.fields[field].steps, "organization");
  return (
    <LayerFrame
      organizationId={id}
      rank="organization"
      tab={tab}
      role={role}
      editing={editing}
      entries={editing.seen.fields}
      inherited={inherited}
      blocked={(field) => readOnly ?? whyClosed(rollouts?.rollout, field) ?? whyLocked(inherited(field))}
      whyClosed={(field) => whyClosed(rollouts?.rollout, field)}
      readOnly={readOnly}
      last={lastOf(editing.seen.fields, keys)}
      inForce={
        <>
          {(tab === "sources" || tab === "websites") && <p className="mb-1">{memoryText}</p>}
          <InForceLine organizationId={id} tab={tab} revision={document.revision} />
        </>
      }
      bar={
        <>
          <Reach organizationId={id} change={previewed} />
          {!rollouts?.rollout && <WavesField organizationId={id} plan={rollout} onPlan={setRollout} />}
          <NoteField note={note} onNote={setNote} />
        </>
      }
    >
      <Unreadable sections={editing.seen.unreadable ?? []} />
      <SettingGroups keys={keys} />
    </LayerFrame>
  );
}
