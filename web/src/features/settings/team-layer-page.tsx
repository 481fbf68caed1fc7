import { type FieldKey, fieldKeys } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useMemo } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { whyBlocked } from "#features/rights/blocked.ts";
import { whyClosed } from "#features/rollouts/text.ts";
import { memberText } from "#features/teams/text.ts";
import type { Organization } from "#lib/api.ts";
import { pageOf } from "#lib/page-of.ts";
import { organizationQuery } from "#lib/queries.ts";
import { rolloutQuery } from "#lib/rollouts.ts";
import { type Effective, effectiveQuery, type TeamLayer, teamSettingsQuery } from "#lib/setting-layers.ts";
import { type Team, teamQuery } from "#lib/teams.ts";
import { useTitle } from "#lib/title.ts";
import { useFormat } from "#lib/use-format.ts";
import { GeneralSkeleton } from "./general-skeleton.tsx";
import { LayerFrame, lastOf, SettingGroups } from "./layer-frame.tsx";
import { NoteField } from "./note-field.tsx";
import { Reach } from "./reach.tsx";
import { inheritedAt, whyLocked } from "./setting-text.ts";
import { useTeamLayer } from "./use-layer.ts";

const from = "/_signed-in/organizations/$organization/settings/teams/$team";

/** Shows a team's overrides of the settings that the organization opens to teams. */
export function TeamLayerPage() {
  const { organization: organizationId, team: id } = useParams({ from });
  const organization = useQuery(organizationQuery(organizationId));
  const team = useQuery(teamQuery(organizationId, id));
  const document = useQuery(teamSettingsQuery(organizationId, id));
  const effective = useQuery(effectiveQuery(organizationId));
  const failed = [team, effective].find(({ error, data }) => error !== null && data === undefined);
  const isLoaded = organization.data && team.data && effective.data;

  useTitle(team.data && `Settings of ${team.data.name}`);
  return (
    <Gate<unknown>
      query={failed ?? (isLoaded ? document : { ...document, data: undefined })}
      skeleton={<GeneralSkeleton />}
    >
      {() =>
        organization.data &&
        team.data &&
        effective.data &&
        document.data && (
          <Form
            key={id}
            organization={organization.data}
            team={team.data}
            document={document.data}
            effective={effective.data}
          />
        )
      }
    </Gate>
  );
}

type FormProps = { organization: Organization; team: Team; document: TeamLayer; effective: Effective };

function Form({ organization, team, document, effective }: FormProps) {
  const format = useFormat();
  const isOpen = (field: FieldKey) => effective.openToTeams.includes(field);
  const names = fieldKeys.filter((field) => isOpen(field) || document.fields[field] !== undefined).join(" ");
  const keys = useMemo(() => (names === "" ? [] : (names.split(" ") as FieldKey[])), [names]);
  const { editing, note, setNote, previewed } = useTeamLayer(organization.id, keys, document);
  const { data: rollouts } = useQuery(rolloutQuery(organization.id));
  const readOnly = whyBlocked(organization, "setting.changeTeam");
  const steps = (field: FieldKey) => effective.fields[field].steps;
  return (
    <>
      <header className="pt-6">
        <Link
          {...pageOf(organization.id, "/settings/teams")}
          className="-ml-1 inline-flex items-center gap-1 rounded text-sm text-fg-2 hover:text-fg"
        >
          <ChevronLeft aria-hidden className="size-4" />
          All teams
        </Link>
        <h2 className="mt-2 text-lg font-semibold">
          <Link {...pageOf(organization.id, "/teams/$team", { team: team.id })} className="rounded hover:underline">
            {team.name}
          </Link>
        </h2>
        <p className="text-sm text-fg-2">
          {memberText(team.members, format.number)}. A team’s value replaces the organization’s.
        </p>
      </header>
      {keys.length === 0 ? (
        <p className="card mt-6 px-5 py-8 text-center text-fg-2 text-pretty">
          Teams can’t override any setting yet. Allow it in the menu of a setting, for example under Features.
        </p>
      ) : (
        <LayerFrame
          organizationId={organization.id}
          rank="team"
          role={organization.role}
          team={team.id}
          editing={editing}
          entries={editing.seen.fields}
          inherited={(field) => inheritedAt(steps(field), "team")}
          blocked={(field) =>
            readOnly ??
            whyClosed(rollouts?.rollout, `${team.id}.${field}`) ??
            whyLocked(inheritedAt(steps(field), "organization"))
          }
          closed={(field) => !isOpen(field)}
          whyClosed={(field) => whyClosed(rollouts?.rollout, `${team.id}.${field}`)}
          readOnly={readOnly}
          last={lastOf(editing.seen.fields, keys)}
          bar={
            <>
              <Reach organizationId={organization.id} change={previewed} />
              <NoteField note={note} onNote={setNote} />
            </>
          }
        >
          <SettingGroups keys={keys} />
        </LayerFrame>
      )}
    </>
  );
}
