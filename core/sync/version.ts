import { sha256 } from "../base/hash.ts";
import type { DeviceRow } from "../device/row.ts";
import type { MemberRow } from "../member/row.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { expectedOf } from "../rollout/wave.ts";
import type { OperatorSettingsRow } from "../setting/row.ts";
import { teamsOf } from "../team/names.ts";

/** Another form of the document is another version of it. */
const format = 2;

/** The four rows that say whether a document has changed. */
export type Rows = {
  device: DeviceRow;
  member: MemberRow | undefined;
  organization: OrganizationRow | undefined;
  operator: OperatorSettingsRow | undefined;
};

/** Returns the revision that has not reached the device yet. */
export const heldBackOf = ({ device, member, organization }: Rows): number | undefined =>
  organization && expectedOf(organization, device, member).heldBack;

/** Returns the member's teams, and which names all teams have: these are in a document, and decide between teams. */
export function teamsIn({ member, organization }: Rows) {
  const teams = teamsOf(member);
  const { teamsRevision } = organization ?? {};
  // threat: a deleted team goes on deciding, and a renamed one keeps its name
  return teams.length === 0 || teamsRevision === undefined ? teams : [...teams, teamsRevision];
}

/** Returns the version of a device's document: it is the same as long as nothing has changed that the document says. */
export function versionOf(rows: Rows): string {
  const { device, member, organization, operator } = rows;
  const heldBack = heldBackOf(rows);
  const says = [
    format,
    device.sk,
    organization?.revision,
    organization?.plan,
    // threat: a device is not told of a new API key
    organization?.secretsRevision,
    member?.ownRevision,
    member?.joinedAt,
    // threat: a device is not told that its member is in other teams
    teamsIn(rows),
    operator?.revision ?? operator?.at,
    // what is in no rollout has the version that it has without one
    // threat: a device is not told that its wave has begun
    ...(heldBack === undefined ? [] : [heldBack]),
  ];
  return sha256(JSON.stringify(says)).slice(0, 22);
}
