import type { Layer } from "@muster/settings/resolve.ts";
import type { Member } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import type { MemberRow } from "../member/row.ts";
import { Keys } from "../table/keys.ts";
import { teamsOf } from "../team/names.ts";
import type { Stored } from "./entry.ts";
import { operatorLayers } from "./operator-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import type { OperatorSettingsRow } from "./row.ts";

// The layers of a member, as the resolver takes them.

/** What the operator and the organization say. @throws organization.missing, row.unreadable */
export async function upperLayers(actor: Member): Promise<Layer[]> {
  const keys = [...OrganizationRows.rows(undefined, actor), Keys.operatorSettings()] as const;
  const [organization, features, models, sources, websites, operator] = await table.getMany(keys);
  const read = OrganizationRows.readRows([organization, features, models, sources, websites]);
  return [...operatorLayers(operator, read.organizationRow.plan), await OrganizationRows.layerOf(read)];
}

/** All that decides about a member, from top to bottom. */
export async function layersOf(
  read: OrganizationRows.Read,
  operator: OperatorSettingsRow | undefined,
  member: MemberRow,
): Promise<Layer[]> {
  return [
    ...operatorLayers(operator, read.organizationRow.plan),
    await OrganizationRows.layerOf(read),
    ...(await teamLayers(member)),
    memberLayer(member),
  ];
}

/** What each of a member's teams says. A deleted team says nothing. */
export async function teamLayers(member: MemberRow): Promise<Layer[]> {
  const teams = teamsOf(member);
  if (teams.length === 0) return [];
  const organization = member.sk;
  const rows = await table.getMany([
    ...teams.map((team) => Keys.team(organization, team)),
    ...teams.map((team) => Keys.section(organization, team)),
  ]);
  return teams.flatMap((team, i): Layer[] => {
    const [named, own] = [
      rows[i] as { name?: unknown } | undefined,
      rows[teams.length + i] as { value?: Record<string, unknown> } | undefined,
    ];
    if (!named) return [];
    return [{ kind: "team", id: team, name: String(named.name), entries: storedIn(own?.value) }];
  });
}

/** The entries in what a team's row holds; damage in their place is an entry that cannot be read. */
export function storedIn(value: Record<string, unknown> | undefined): Stored {
  const entries = value?.["entries"];
  return typeof entries === "object" && entries !== null ? (entries as Stored) : {};
}

export const memberLayer = ({ own }: Pick<MemberRow, "own">): Layer => ({ kind: "member", entries: own ?? {} });
