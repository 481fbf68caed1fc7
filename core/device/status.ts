import { type Section, sections } from "@muster/settings/fields.ts";
import { dayMs } from "../base/duration.ts";
import type { OrganizationDeviceRow } from "./row.ts";
import type { Expected } from "./wave.ts";

/** Days without contact after which a device that does not follow counts as unreachable. */
export const unreachableDays = 3;

/**
 * How a device stands: all sections of the current revision are in force; so are they but for a rollout whose wave with the
 * device has not begun; one was refused; it is behind; it is behind and was not in contact for days; it was told to remove
 * everything, or has confirmed that.
 */
export const statuses = ["in_force", "waiting", "refused", "behind", "unreachable", "wiping", "wiped"] as const;
export type Status = (typeof statuses)[number];

/**
 * Returns the status of a device.
 * @param expected what has to be in force on it
 * @param at the present, in ms since 1970
 */
export function statusOf(row: OrganizationDeviceRow, expected: Expected, at: number): Status {
  if (row.wipedAt !== undefined) return "wiped";
  if (row.wipe) return "wiping";
  const current = (name: Section | "device") => {
    const reported = row.report?.sections[name];
    return reported && isAbout(reported, expected) ? reported.state : undefined;
  };
  if (current("device") === "refused" || sections.some((name) => current(name) === "refused")) return "refused";
  const isEnforced = sections.every((name) => current(name) === "enforced");
  if (isEnforced) return expected.heldBack === undefined ? "in_force" : "waiting";
  return at - Date.parse(row.contactAt) > unreachableDays * dayMs ? "unreachable" : "behind";
}

/** A report about a document without a rollout says nothing about one with it, and the other way round. */
const isAbout = (reported: { revision: number; heldBack?: number | undefined }, { revision, heldBack }: Expected) =>
  reported.revision >= revision && reported.heldBack === heldBack;
