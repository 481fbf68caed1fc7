import { sections } from "@muster/settings/fields.ts";
import { failure, implied } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import { settingKeys } from "../setting/keys.ts";
import * as OrganizationRows from "../setting/organization-rows.ts";
import { RevisionRow } from "../setting/row.ts";
import { type Policy, partsOf, policyOf, resolveFor, type Sections, sectionsOf } from "./document.ts";
import { heldBackOf, type Rows, teamsIn, versionOf } from "./version.ts";

// What a document says, read at one moment. Members in the same teams with the same choices get the same, so a process keeps
// what it has read last.

/** Attempts to read the settings while they are changed. */
const maxAttempts = 5;
const maxKept = 20;

export type Content = {
  sections: Sections;
  policy: Policy;
  /** The parts of the long lists by name, each as JSON. */
  parts: ReadonlyMap<string, string>;
  /** True if damage had a part in it. It may be repaired, so this is not kept. */
  isDamaged: boolean;
};

export const failures = {
  changed: failure(
    "unavailable",
    "sync.settings_changed",
    "The settings were changed while they were read. Sync again.",
  ),
};

const kept = new Map<string, Promise<Content | undefined>>();

/**
 * Reads the settings of one moment. Without that, a device would get a change that was saved in between, although its
 * rollout has not reached the device.
 * @throws sync.settings_changed
 */
export async function readSnapshot(first: Rows): Promise<{ rows: Rows; content: Content }> {
  let rows = first;
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const content = await contentOf(rows);
    if (content) return { rows, content };
    rows = { ...rows, organization: await table.get(organizationKeys.organization(rows.device.organization)) };
  }
  throw failures.changed();
}

function contentOf(rows: Rows): Promise<Content | undefined> {
  const name = nameOf(rows);
  const known = kept.get(name);
  if (known) {
    kept.delete(name);
    kept.set(name, known);
    return known;
  }
  const reading = read(rows);
  kept.set(name, reading);
  const [oldest] = kept.keys();
  if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
  const forget = () => {
    if (kept.get(name) === reading) kept.delete(name);
  };
  // threat: settings that could not be read are never read again
  reading.then((content) => (content && !content.isDamaged ? undefined : forget()), forget);
  return reading;
}

/** All that decides what a document says but for the device. */
function nameOf(rows: Rows): string {
  const { device, member, organization, operator } = rows;
  const { revision, plan } = organization ?? {};
  // threat: settings that are kept are answered to a member who chose otherwise
  // threat: settings that are kept are answered to a member of other teams
  // threat: settings that are kept with a rollout are answered to a device that it has not reached
  const layers = [operator?.revision ?? operator?.at, plan, revision, heldBackOf(rows), teamsIn(rows), member?.own];
  // threat: settings that are kept are answered to another organization
  return JSON.stringify([device.organization, layers]);
}

/** Nothing if the settings were changed while they were read. */
async function read(rows: Rows): Promise<Content | undefined> {
  const resolution = await resolutionOf(rows);
  const organization = await table.get(organizationKeys.organization(rows.device.organization));
  // threat: a device gets a change that is saved while its document is made, before its wave
  if (versionOf({ ...rows, organization }) !== versionOf(rows)) return undefined;
  const isDamaged = Object.values(resolution).some((field) => field.isDamaged);
  return { sections: sectionsOf(resolution), policy: policyOf(resolution), parts: partsOf(resolution), isDamaged };
}

async function resolutionOf(rows: Rows) {
  const { device, member, organization, operator } = rows;
  if (!member || !organization) throw new Error("A device without a member has no settings.");
  const keys = sections.map((section) => settingKeys.section(device.organization, section));
  const found = OrganizationRows.readRows([organization, ...(await table.getMany(keys))]);
  const heldBack = heldBackOf(rows);
  const without = heldBack === undefined ? undefined : await revisionOf(device.organization, heldBack);
  return resolveFor(found, operator, member, without);
}

/**
 * Returns the revision that a device is without. If it cannot be read, the device keeps what it has.
 * @throws row.unreadable
 */
async function revisionOf(organization: ID<"organization">, revision: number) {
  const row = await table.get(settingKeys.revision(organization, revision));
  if (!row) throw implied.unreadable();
  return readOnly(RevisionRow, row);
}
