import type { FieldKey } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import type { ID } from "../base/id.ts";
import { slicesOf } from "../base/slices.ts";
import type { Member } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import type { MemberRow } from "../member/row.ts";
import { teamKeys } from "../team/keys.ts";
import { teamsOf } from "../team/names.ts";
import type { Stored } from "./entry.ts";
import { settingKeys } from "./keys.ts";
import { operatorLayers } from "./operator-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import type { OperatorSettingsRow } from "./row.ts";

// The layers of a member, as the resolver takes them.

type Organization = ID<"organization">;
type Team = ID<"team">;

/** Teams that are read at once: each is two rows. */
const teamsPerRead = 50;

/** Returns what the operator and the organization say. @throws organization.missing, row.unreadable */
export async function upperLayers(actor: Member): Promise<Layer[]> {
  const keys = [...OrganizationRows.rows(undefined, actor), settingKeys.operatorSettings()] as const;
  const [organization, features, models, sources, websites, operator] = await table.getMany(keys);
  return upperLayersOf(OrganizationRows.readRows([organization, features, models, sources, websites]), operator);
}

/** The same, of rows that are read. @param keys the settings whose lists are opened, or all */
export async function upperLayersOf(
  read: OrganizationRows.Read,
  operator: OperatorSettingsRow | undefined,
  keys?: readonly FieldKey[],
): Promise<Layer[]> {
  return [...operatorLayers(operator, read.organizationRow.plan), await OrganizationRows.layerOf(read, keys)];
}

/** All that decides about a member, from top to bottom. */
export async function layersOf(
  read: OrganizationRows.Read,
  operator: OperatorSettingsRow | undefined,
  member: MemberRow,
): Promise<Layer[]> {
  return [...(await upperLayersOf(read, operator)), ...(await teamLayers(member)), memberLayer(member)];
}

/** Returns what each of a member's teams says. A deleted team says nothing. */
export const teamLayers = async (member: MemberRow): Promise<Layer[]> =>
  (await overridesOf(member.sk, teamsOf(member))).map(teamLayer);

export type Overrides = { team: Team; name: string; stored: Stored };

/** Returns what teams override. Those that no longer exist are left out. */
export async function overridesOf(organization: Organization, teams: readonly Team[]): Promise<Overrides[]> {
  const found: Overrides[] = [];
  for (const some of slicesOf(teams, teamsPerRead)) {
    const rows = await rowsOfEach(some, (team) => [
      teamKeys.team(organization, team),
      settingKeys.section(organization, team),
    ]);
    for (const [i, [named, own]] of rows.entries()) {
      const team = some[i];
      if (!team || !named) continue;
      const { name }: { name?: unknown } = named;
      found.push({ team, name: String(name), stored: storedIn(own?.value) });
    }
  }
  return found;
}

export const teamLayer = ({ team, name, stored }: Overrides): Layer => ({
  kind: "team",
  id: team,
  name,
  entries: stored,
});

/** The entries in what a team's row holds; damage in their place is an entry that cannot be read. */
export function storedIn(value: Record<string, unknown> | undefined): Stored {
  const entries = value?.["entries"];
  return typeof entries === "object" && entries !== null ? (entries as Stored) : {};
}

export const memberLayer = ({ own }: Pick<MemberRow, "own">): Layer => ({ kind: "member", entries: own ?? {} });
