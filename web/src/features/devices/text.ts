import type { Device } from "#lib/devices.ts";
import { plural } from "#lib/format.ts";

type Linked = Pick<Device, "organization" | "wipingSince" | "expiresAt">;

/** Returns whether the link of a device has ended, because it was not in contact for long. */
export const hasExpired = ({ wipingSince, expiresAt }: Omit<Linked, "organization">): boolean =>
  wipingSince === undefined && Date.parse(expiresAt) <= Date.now();

/**
 * Counts the devices that get the settings of the organization: one that was revoked or has expired gets nothing more.
 */
export function linkedHere(devices: readonly Linked[], organizationId: string) {
  const own = devices.filter(({ organization }) => organization.id === organizationId);
  return own.filter((device) => device.wipingSince === undefined && !hasExpired(device)).length;
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
