import type { Platform } from "@muster/core/device/shape.ts";
import type { Device } from "#lib/devices.ts";
import { plural } from "#lib/format.ts";

/** What a device runs on, as its maker writes it. */
export const platformNames: Record<Platform, string> = {
  macos: "macOS",
  windows: "Windows",
  linux: "Linux",
  other: "Another system",
};

/** How many of these devices get the settings of the organization: a revoked one gets nothing more. */
export function linkedHere(devices: readonly Pick<Device, "organization" | "wipingSince">[], organizationId: string) {
  return devices.filter(
    ({ organization, wipingSince }) => organization.id === organizationId && wipingSince === undefined,
  ).length;
}

/** @param hasMore whether some devices were not counted */
export function linkedText(count: number, hasMore: boolean) {
  if (hasMore) {
    return `You have ${plural(count, "linked device")} or more in this organization.`;
  }
  return count === 0
    ? "You have no linked device in this organization."
    : `You have ${plural(count, "linked device")} in this organization.`;
}
