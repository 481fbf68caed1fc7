import { createHash } from "node:crypto";
import { type Section, sections } from "@muster/settings/fields.ts";
import type { ID } from "../base/id.ts";
import { isMarked, type OrganizationDeviceRow } from "../device/row.ts";
import { table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { ofTeam } from "../setting/row.ts";
import { teamsOf } from "../team/names.ts";
import type { Rollout } from "./row.ts";

// Which devices a rollout has reached: decided by the device, the teams of its member, and what is released.

type Device = Pick<OrganizationDeviceRow, "sk" | "isCanary">;
type Waves = Pick<Rollout, "revision" | "waves" | "wave" | "chosen">;
type Teamed = Pick<MemberRow, "teams">;

/** The revision that a device has to have in force: the organization's, without another that has not reached it. */
export type Expected = { revision: number; heldBack?: number };

/** The part of a rollout that names its changes. */
type Changes = Pick<Rollout, "revision" | "fields">;

/** A device and whose it is. */
type Owned = Device & Pick<OrganizationDeviceRow, "account">;
/** An organization as far as it decides. */
type Organization = Pick<OrganizationRow, "revision" | "rollout">;

/**
 * Returns the first wave that a device is in, from 1. Canaries are in the first, as are devices that were chosen for it;
 * everybody is in the one after the last.
 */
export function waveOf({ revision, waves, chosen }: Waves, device: Device, member: Teamed | undefined): number {
  // threat: a canary waits for its share of the devices
  if (isMarked(device) || chosen?.includes(device.sk) === true) return 1;
  const teams = new Set(teamsOf(member));
  // threat: a device is in one wave now and in another later
  const place = placeOf(revision, device.sk);
  const index = waves.findIndex(
    ({ teams: named = [], percent = 0 }) => place < percent || named.some((team) => teams.has(team)),
  );
  return index === -1 ? waves.length + 1 : index + 1;
}

/** Returns whether a rollout has reached a device. */
export const isReleased = (rollout: Waves, device: Device, member: Teamed | undefined): boolean =>
  waveOf(rollout, device, member) <= rollout.wave;

/** Returns whether a rollout changes settings of a section, the organization's or a team's. */
export const touches = ({ fields }: Pick<Rollout, "fields">, section: Section): boolean =>
  fields.some((name) => ofTeam(name).field.startsWith(`${section}.`));

/**
 * Returns how far a device got with what a rollout changes; nothing if it has not said so. What it refuses of other settings
 * is not about the rollout.
 */
export function arrivalOf({ report }: Pick<OrganizationDeviceRow, "report">, rollout: Changes) {
  const reported = (name: string) => {
    const found = report?.sections[name];
    return found && found.revision >= rollout.revision && found.heldBack === undefined ? found : undefined;
  };
  // threat: a rollout halts because of what it does not change
  const own = sections.filter((section) => touches(rollout, section)).map(reported);
  const isAbout = (key: string | undefined) =>
    key === undefined || rollout.fields.some((name) => ofTeam(name).field === key);
  const refusals = [...own, reported("device")].filter((one) => one?.state === "refused");
  if (refusals.some((one) => isAbout(one?.key))) return "refused";
  const isFollowed = own.every((one) => one?.state === "enforced" || one?.state === "refused");
  return isFollowed && own.length > 0 ? "in_force" : undefined;
}

/** Returns what a device has to have in force. */
export function expectedOf({ revision, rollout }: Organization, device: Device, member: Teamed | undefined): Expected {
  if (!rollout || isReleased(rollout, device, member)) return { revision };
  return { revision, heldBack: rollout.revision };
}

/**
 * Returns the same of one section: what changed it last. A rollout is no part of the other sections, and its devices wait
 * with this one.
 */
export function expectedIn(
  section: Section,
  { sections: changed, rollout }: Pick<OrganizationRow, "sections" | "rollout">,
  { heldBack }: Expected,
): Expected {
  const isPart = !rollout || touches(rollout, section);
  return { revision: changed?.[section] ?? 0, ...(!isPart && heldBack !== undefined && { heldBack }) };
}

/** Returns the same for many devices of an organization. Memberships are read only if waves name teams. */
export async function expectedOfAll(
  organization: OrganizationRow | undefined,
  rows: readonly Owned[],
): Promise<(row: Owned) => Expected> {
  if (!organization) return () => ({ revision: 0 });
  const { pk, rollout } = organization;
  const members = await membersFor(rollout, pk, rows);
  return (row) => expectedOf(organization, row, members.get(row.account));
}

/** Returns the members whose devices these are, if waves name teams. Else nobody's teams matter. */
export async function membersFor(
  rollout: Pick<Rollout, "waves"> | undefined,
  organization: ID<"organization">,
  rows: readonly Owned[],
): Promise<ReadonlyMap<ID<"account">, MemberRow>> {
  const byTeam = rollout?.waves.some(({ teams = [] }) => teams.length > 0) === true;
  if (!byTeam) return new Map();
  const accounts = [...new Set(rows.map(({ account }) => account))];
  const members = await table.getMany(accounts.map((account) => memberKeys.member(organization, account)));
  return new Map(members.flatMap((member) => (member ? [[member.pk, member] as const] : [])));
}

/** The place of a device among all, from 0 to below 100: always the same in one rollout, another one in the next. */
export function placeOf(revision: number, device: ID<"device">): number {
  const digest = createHash("sha256").update(`${revision} ${device}`).digest();
  return (digest.readUInt32BE(0) / 2 ** 32) * 100;
}
