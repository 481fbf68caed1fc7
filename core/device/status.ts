import { type Section, sections } from "@muster/settings/fields.ts";
import { dayMs } from "../base/duration.ts";
import type { OrganizationDeviceRow } from "./row.ts";

/** Days without contact after which a device that does not follow counts as unreachable. */
export const unreachableDays = 3;

/**
 * How a device stands: all sections of the current revision are in force; one was refused; it is behind; it is behind and
 * was not in contact for days; it was told to remove everything, or has confirmed that.
 */
export const statuses = ["in_force", "refused", "behind", "unreachable", "wiping", "wiped"] as const;
export type Status = (typeof statuses)[number];

/**
 * Returns the status of a device.
 * @param revision of the organization's settings
 * @param at the present, in ms since 1970
 */
export function statusOf(row: OrganizationDeviceRow, revision: number, at: number): Status {
  if (row.wipedAt !== undefined) return "wiped";
  if (row.wipe) return "wiping";
  const current = (name: Section) => {
    const reported = row.report?.sections[name];
    return reported && reported.revision >= revision ? reported.state : undefined;
  };
  const { device } = row.report?.sections ?? {};
  if (device && device.state === "refused" && device.revision >= revision) return "refused";
  if (sections.some((name) => current(name) === "refused")) return "refused";
  if (sections.every((name) => current(name) === "enforced")) return "in_force";
  return at - Date.parse(row.contactAt) > unreachableDays * dayMs ? "unreachable" : "behind";
}
