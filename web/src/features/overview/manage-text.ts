import type { PageId } from "#features/rights/pages.ts";
import { badgeOf, isInOrder } from "#features/rights/text.ts";
import type { Organization } from "#lib/api.ts";
import type { DeviceSummary } from "#lib/organization-devices.ts";

/** Facts that are read beside the organization, each as soon as it is known. */
export type Figures = {
  devices?: { devices: number; inForce: number } | undefined;
  reports?: string | undefined;
};

/** Returns how many devices have the settings in force; nothing while that is unknown, or if the count stopped early. */
export function countedDevices(
  summary: (Pick<DeviceSummary, "devices" | "isComplete"> & { statuses: { in_force?: number } }) | undefined,
): Figures["devices"] {
  // threat: the overview shows a count of devices that stopped early
  return summary?.isComplete ? { devices: summary.devices, inForce: summary.statuses.in_force ?? 0 } : undefined;
}

/** Descriptions of the pages that the overview links to. */
export const manageText: {
  [P in PageId]?: (organization: Organization, figures: Figures, number: (value: number) => string) => string;
} = {
  members,
  teams: () => "Groups that work together",
  invitations,
  reports: (_, { reports }) => reports ?? "What members have reported",
  imports: () => "Many at once, from a CSV file",
  devices,
  billing,
  settings: () => "Name, contact, and address",
};

function members({ seats }: Organization, _: Figures, number: (value: number) => string) {
  return seats?.used === undefined
    ? "Members and their roles"
    : `${number(seats.used)} ${seats.used === 1 ? "member" : "members"}`;
}

function invitations({ seats }: Organization, _: Figures, number: (value: number) => string) {
  if (seats?.held === undefined) {
    return "Pending and ended invitations";
  }
  return seats.held === 0 ? "None pending" : `${number(seats.held)} pending`;
}

function devices(_: Organization, { devices: counted }: Figures, number: (value: number) => string) {
  if (counted === undefined) {
    return "Where the settings are in force";
  }
  return counted.devices === 0
    ? "None linked yet"
    : `In force on ${number(counted.inForce)} of ${number(counted.devices)} ${counted.devices === 1 ? "device" : "devices"}`;
}

/** Says what is wrong with payment, before anything else. */
function billing(organization: Organization) {
  return isInOrder(organization) ? "Seats, plan, and invoices" : badgeOf(organization).label;
}
