import { gunzipSync, gzipSync } from "node:zlib";
import * as v from "valibot";
import type * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { now } from "../kernel/ports.ts";
import { eachPage } from "../kernel/rows.ts";
import { read, readAll, readOnly } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { searchKeys } from "../search/keys.ts";
import { accountOf, type FoundRow, teamOf } from "../search/row.ts";
import { absent, any, below, put, when } from "../table/table.ts";
import { namesOf, seesAll } from "../team/names.ts";
import { Counted, openCount, Summary } from "./count.ts";
import { failures } from "./failures.ts";
import { deviceKeys } from "./keys.ts";
import { alwaysCounted, summaryPages, summarySeconds } from "./limits.ts";
import { DeviceSummaryRow, type OrganizationDeviceRow } from "./row.ts";

// How the devices of an organization stand. All of its devices are read for it, so where there are many it is kept, and
// shown for a moment to everybody who asks.

// Functions

/** Returns how the organization's devices stand. */
export const summarize = fn(
  "device.summarize",
  {
    input: v.strictObject({}),
    output: Summary,
    reads: (_, { organization }) => [
      organizationKeys.organization(organization),
      deviceKeys.deviceSummary(organization),
    ],
  },
  async (_, __, [organizationRow, kept]) => {
    if (!organizationRow) throw new Error("A member has an organization.");
    return summaryOf(readOnly(Settings, organizationRow), kept && read(DeviceSummaryRow, kept));
  },
);

/** The part of an organization that devices are compared with. */
const Settings = v.pick(OrganizationRow, ["pk", "revision", "rollout", "sections", "teams"]);
type Settings = v.InferOutput<typeof Settings>;
type Kept = v.InferOutput<typeof DeviceSummaryRow>;

/** Returns a summary that was kept a moment ago, or counts the devices. */
export async function summaryOf(settings: Settings, kept: Kept | undefined): Promise<Summary> {
  return (kept && shown(kept, settings)) ?? count(settings);
}

/**
 * Returns a kept summary, unless it was compared with other settings, is not young, or has the form of another release.
 */
function shown({ at, comparedWith, counted, data }: Kept, settings: Settings): Summary | undefined {
  const age = now().getTime() - Date.parse(at);
  const youngMs = Math.min(summarySeconds.most * 1000, Math.max(summarySeconds.least * 1000, counted));
  // threat: a summary of devices is about settings of the past
  // threat: a summary of devices that was counted long ago is shown as new
  if (comparedWith !== versionOf(settings) || !(age >= 0 && age < youngMs)) return undefined;
  try {
    const found = v.safeParse(Summary, JSON.parse(gunzipSync(data).toString()));
    return found.success ? found.output : undefined;
  } catch {
    return undefined;
  }
}

/** Changes with everything that decides what devices have to have in force. */
const versionOf = ({ revision, rollout }: Settings) =>
  [revision, rollout?.revision, rollout?.wave, rollout?.chosen?.length].join("/");

const isBounded = (pages: number) => pages >= summaryPages;

async function count(settings: Settings): Promise<Summary> {
  const { pk: organization, teams = 0 } = settings;
  const at = now().getTime();
  const placements: Placements = teams > 0 ? await placementsIn(organization) : new Map();
  const counting = openCount({ settings, teamsOf: (account) => placements.get(account) ?? [], at });
  let counted = 0;
  const add = (items: readonly OrganizationDeviceRow[]) => {
    counted += items.length;
    for (const row of readAll(Counted, items)) counting.add(row);
  };
  const next = await eachPage(deviceKeys.organizationDevices(organization), add, isBounded);
  const teamNames = await namesOf(organization, counting.teams(), seesAll);
  const summary = counting.result(next === undefined, teamNames);
  if (counted > alwaysCounted) await keep(settings, summary, counted);
  return summary;
}

/** One that was begun later stays. */
async function keep(settings: Settings, summary: Summary, counted: number): Promise<void> {
  const { at } = summary;
  const kept = { at, comparedWith: versionOf(settings), counted, data: gzipSync(JSON.stringify(summary)) };
  // threat: an older summary of devices replaces a newer one
  const isNewer = when(any(absent, below("at", at)), failures.summaryOvertaken);
  await writeUnless(failures.summaryOvertaken, put(deviceKeys.deviceSummary(settings.pk), kept, isNewer));
}

type Placements = Map<ID.ID<"account">, ID.ID<"team">[]>;

/** Teams by member, from rows that may lag a moment. */
async function placementsIn(organization: ID.ID<"organization">): Promise<Placements> {
  const placements: Placements = new Map();
  const add = (items: readonly FoundRow[]) => {
    for (const row of items) {
      const teams = placements.get(accountOf(row));
      if (teams) teams.push(teamOf(row));
      else placements.set(accountOf(row), [teamOf(row)]);
    }
  };
  await eachPage(searchKeys.placements(organization), add, isBounded);
  return placements;
}
