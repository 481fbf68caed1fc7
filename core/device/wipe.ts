import { instant } from "../kernel/ports.ts";
import type { MemberRow } from "../member/row.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { DeviceRow } from "./row.ts";
import type { WipeReason } from "./shape.ts";

type Rows = { device: DeviceRow; member: MemberRow | undefined; organization: OrganizationRow | undefined };

/**
 * Returns why a device has to wipe itself, and since when; nothing while it is linked. Decided by what the rows say, so
 * that a member who was removed gets nothing more even before the device is marked, and a restored organization needs
 * no write.
 */
export function wipeOf({ device, member, organization }: Rows): { reason: WipeReason; at: string } | undefined {
  if (device.wipe) return device.wipe;
  // threat: devices of a deleted organization stay linked
  if (!organization || organization.state === "deleted") {
    return { reason: "deleted", at: organization?.deletedAt ?? instant() };
  }
  // until the device is marked, a member who left is not told apart from one who was removed
  // threat: devices of a former member stay linked when the member is back
  // threat: devices of a former member get settings until they are marked
  // threat: a removed member's device keeps its settings
  if (!member || member.joinedAt > device.linkedAt) return { reason: "removed", at: instant() };
  return undefined;
}
