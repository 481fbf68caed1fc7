import * as v from "valibot";
import { csv, Part } from "../base/csv.ts";
import { failures as cursorFailures } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { organizationKeys } from "../organization/keys.ts";
import { exportedPerPart } from "./limits.ts";
import { Filters, find, type Info } from "./organization.ts";

const columns = [
  "name",
  "member",
  "platform",
  "app",
  "version",
  "status",
  "inForceRevision",
  "inForceSince",
  "reportedRevision",
  "refused",
  "contactAt",
  "linkedAt",
  "wipeReason",
  "wipeAt",
  "wipedAt",
  "account",
  "device",
] as const;

/** Returns devices as CSV, as the list shows them, 500 per part. */
export const exportPart = fn(
  "device.export",
  {
    input: v.strictObject(Filters.entries),
    output: Part,
    failures: [cursorFailures.invalid],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async (filters, { organization }, [organizationRow]) => {
    const page = await find("device.export", { filters, organization, organizationRow, size: exportedPerPart });
    const file = csv(columns, page.items.map(recordOf), { isFirst: filters.cursor === undefined });
    return { csv: file, ...(page.next !== undefined && { next: page.next }) };
  },
);

function recordOf({ id, memberName, appVersion, inForce, report, wipe, ...row }: Info) {
  return {
    ...row,
    member: memberName,
    version: appVersion,
    inForceRevision: inForce?.revision.toString(),
    inForceSince: inForce?.since,
    reportedRevision: report?.revision.toString(),
    refused: refusedIn(report),
    wipeReason: wipe?.reason,
    wipeAt: wipe?.at,
    device: id,
  };
}

/** One reason a line: the section, the setting, why. */
function refusedIn(report: Info["report"]): string {
  const refused = Object.entries(report?.sections ?? {}).filter(([, { state }]) => state === "refused");
  return refused
    .map(([section, { code, key, message }]) => [key ?? section, code, message].filter(Boolean).join(": "))
    .join("\n");
}
