import { daySeconds } from "../base/duration.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Actor } from "../kernel/actor.ts";
import { epoch, instant } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { above, all, any, atMost, keyOf, lacks, present, remove, type Step, update, when } from "../table/table.ts";
import { DeviceRevoked, DeviceWiped } from "./events.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { lifetimeDays } from "./limits.ts";
import type { DeviceRow, EndedDeviceRow, OrganizationDeviceRow } from "./row.ts";
import type { WipeReason } from "./shape.ts";

// How a device ends: it has to wipe itself. Its token works until it has, but for nothing else, and at most 90 days. Then
// lists no longer have it, and what departures say of it stays.

const lifetimeSeconds = lifetimeDays * daySeconds;

/** Returns the steps that end a device. Of several ends, the first counts. */
export function ending(row: DeviceRow, reason: WipeReason): Step[] {
  const at = instant();
  const wipe = { reason, at };
  const set = { wipe, ...(reason === "removed" || reason === "left" ? {} : { revokedAt: at }) };
  // threat: a device is revoked twice
  const isLinked = when(all(present, lacks("wipe")), failures.ended);
  const ttl = epoch(lifetimeSeconds);
  return [
    update(keyOf(row), { set: { ...set, expiresAt: instant(lifetimeSeconds), ttl } }, isLinked),
    // threat: a device that ended long ago is read with every summary
    update(deviceKeys.organizationDevice(row.organization, row.sk), { set: { ...set, ttl } }, isLinked),
    update(deviceKeys.endedDevice(row.organization, row.sk), { set: { ...endedAs(row), wipe } }),
  ];
}

type Described = Omit<EndedDeviceRow, "pk" | "sk" | "departure">;

/** Returns what departures say of a device. */
export function describedAs(row: Described): Described {
  const { account, name, platform, app, linkedAt, contactAt, wipe, wipedAt } = row;
  return { account, name, platform, app, linkedAt, contactAt, ...withoutUndefined({ wipe, wipedAt }) };
}

const endedAs = (row: DeviceRow) => describedAs({ ...row, account: row.pk });

/** Returns the steps that revoke a device. Its member no longer counts it, while they are one. */
export function revoking(
  row: DeviceRow,
  member: MemberRow | undefined,
  reason: "revoked" | "token_reused",
  actor: Actor,
): Step[] {
  const { pk: account, sk: device, organization, platform } = row;
  return [
    ...ending(row, reason),
    ...uncounting(row, member),
    DeviceRevoked.record(organization, { device, account, platform, reason }, actor),
  ];
}

/** Its member counts a device no longer, only until when it was in use, unless they joined again since it was linked. */
function uncounting({ organization, pk, linkedAt, contactAt }: DeviceRow, member: MemberRow | undefined): Step[] {
  if (!member || member.devices <= 0 || member.joinedAt > linkedAt) return [];
  const day = contactAt.slice(0, 10);
  const { inUseUntil = day } = member;
  const counts = above("devices", 0);
  const key = memberKeys.member(organization, pk);
  // threat: an older device that ends makes a seat unused
  if (inUseUntil > day) return [update(key, { add: { devices: -1 } }, when(counts, failures.changed))];
  const isLatest = any(lacks("inUseUntil"), atMost("inUseUntil", day));
  // threat: a member whose device ends takes the place of somebody who was reviewed
  const change = { add: { devices: -1 }, set: { inUseUntil: day } };
  return [update(key, change, when(all(counts, isLatest), failures.changed))];
}

/** Its member, while they are one, and its row in the lists of the organization. */
type Others = { member?: MemberRow | undefined; listed?: OrganizationDeviceRow | undefined };

/**
 * Returns the steps that record a device's confirmation that it has wiped itself, whether it had to or not. Its token
 * ends. What departures say of it is written whole, because a device may have ended before it had a row for that.
 */
export function wiped(row: DeviceRow, reason: WipeReason, actor: Actor, { member, listed }: Others = {}): Step[] {
  const { pk: account, sk: device, organization, platform } = row;
  const isUnconfirmed = when(all(present, lacks("wipedAt")), failures.ended);
  const wipedAt = instant();
  const departure = listed?.departure;
  // threat: a device that left lists is taken into a second departure
  const ended = { ...endedAs(row), ...(departure && { departure }), contactAt: wipedAt, wipedAt };
  const isListed = { wipedAt, ttl: row.ttl ?? epoch(lifetimeSeconds) };
  return [
    remove(keyOf(row), when(present, failures.ended)),
    // threat: a device that was unlinked counts forever
    ...(row.wipe ? [] : uncounting(row, member)),
    update(deviceKeys.organizationDevice(organization, device), { set: isListed }, isUnconfirmed),
    update(deviceKeys.endedDevice(organization, device), { set: ended }),
    DeviceWiped.record(organization, { device, account, platform, reason }, actor),
  ];
}
