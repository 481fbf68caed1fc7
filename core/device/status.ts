import { type Section, sections } from "@muster/settings/fields.ts";
import { dayMs } from "../base/duration.ts";
import type { Expected } from "../rollout/wave.ts";
import { unreachableDays } from "./limits.ts";
import { linkEnd, type OrganizationDeviceRow } from "./row.ts";

/**
 * The statuses of a device: all sections of the current revision are in force; so are they but for a rollout whose wave
 * with the device has not begun; one was refused; it is behind; it is behind and was not in contact for days; its link
 * has ended, because it was not in contact for much longer; it was told to remove everything, or has confirmed that.
 */
export const statuses = [
  "in_force",
  "waiting",
  "refused",
  "behind",
  "unreachable",
  "expired",
  "wiping",
  "wiped",
] as const;
export type Status = (typeof statuses)[number];

/** The facts that a device's status follows from. */
export type Judged = Pick<OrganizationDeviceRow, "contactAt" | "report" | "wipe" | "wipedAt">;
type Reporting = Pick<OrganizationDeviceRow, "report">;
type Reports = NonNullable<OrganizationDeviceRow["report"]>["sections"];

/**
 * Returns the status of a device.
 * @param expected what has to be in force on it
 * @param at the present, in ms since 1970
 */
export function statusOf(row: Judged, expected: Expected, at: number): Status {
  if (row.wipedAt !== undefined) return "wiped";
  if (row.wipe) return "wiping";
  // threat: a device whose link has ended is shown as in force
  if (linkEnd(row) <= at) return "expired";
  const current = (name: Section | "device") => stateOf(row, name, expected);
  // threat: a device that refuses a section counts as in force
  // threat: a refusal of a whole document shows nowhere
  if (current("device") === "refused" || sections.some((name) => current(name) === "refused")) return "refused";
  const isEnforced = sections.every((name) => current(name) === "enforced");
  if (isEnforced) return expected.heldBack === undefined ? "in_force" : "waiting";
  return at - Date.parse(row.contactAt) > unreachableDays * dayMs ? "unreachable" : "behind";
}

/** Returns whether a device with this status still gets the settings. */
export const isLinked = (status: Status): boolean => !["expired", "wiping", "wiped"].includes(status);

/**
 * Returns how far a device got with a section of what it has to have in force, or later; nothing if it has not reported
 * that. A report about a document without a rollout says nothing about one with it, and the other way round.
 */
export function stateOf({ report }: Reporting, name: Section | "device", { revision, heldBack }: Expected) {
  const reported = report?.sections[name];
  // threat: a device that a rollout has not reached counts as if it had it in force
  return reported && reported.revision >= revision && reported.heldBack === heldBack ? reported.state : undefined;
}

/** Returns the revision that is in force as a whole; nothing where a section is not, or a rollout is left out. */
export function wholeRevision(reported: Reports): number | undefined {
  const all = sections.map((name) => {
    const { state, revision, heldBack } = reported[name] ?? {};
    return state === "enforced" && heldBack === undefined ? revision : undefined;
  });
  return all.includes(undefined) ? undefined : Math.min(...(all as number[]));
}
