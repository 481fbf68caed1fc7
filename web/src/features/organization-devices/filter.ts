import type { Platform } from "@muster/core/device/shape.ts";
import type { Section } from "@muster/settings/fields.ts";
import type { DeviceFilter, DeviceStatus } from "#lib/organization-devices.ts";

/** Of linked devices, in the order of the bar. */
export const linkedStatuses = ["in_force", "waiting", "behind", "refused", "unreachable"] as const;
/** The number of linked devices. */
export const linkedIn = (statuses: Readonly<Record<(typeof linkedStatuses)[number], number>>): number =>
  linkedStatuses.reduce((sum, status) => sum + statuses[status], 0);
export const endedStatuses = ["expired", "wiping", "wiped"] as const;

/** By name: every page loads this file, and what defines them is large. */
const isSection: Record<Section, true> = { features: true, models: true, sources: true, websites: true };
const sections = Object.keys(isSection) as Section[];
const isPlatform: Record<Platform, true> = { macos: true, windows: true, linux: true, other: true };
const platforms = Object.keys(isPlatform) as Platform[];
const statuses: readonly DeviceStatus[] = [...linkedStatuses, ...endedStatuses];

/** The filter in the URL; invalid parts are ignored. */
export function readFilter(search: Record<string, unknown>): DeviceFilter {
  const status = statuses.find((one) => one === search["status"]);
  const platform = platforms.find((one) => one === search["platform"]);
  const version = textIn(search["version"], /^[\w.+-]{1,40}$/);
  const team = textIn(search["team"], /^team_\w{26}$/);
  const revision = textIn(search["revision"], /^\d{1,9}$/);
  const section = sections.find((one) => one === search["section"]);
  return {
    ...(status && { status }),
    ...(platform && { platform }),
    ...(version !== undefined && { version }),
    ...(team !== undefined && { team }),
    ...(revision !== undefined && { revision }),
    ...(section && { section }),
  };
}

/** The router reads "3" in an address as a number. */
function textIn(value: unknown, pattern: RegExp) {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && pattern.test(text) ? text : undefined;
}
