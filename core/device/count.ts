import { type Section, sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Rollout } from "../rollout/row.ts";
import { arrivalOf, type Expected, expectedIn, expectedOf } from "../rollout/wave.ts";
import { maxListed } from "./limits.ts";
import { OrganizationDeviceRow } from "./row.ts";
import { type Platform, platforms } from "./shape.ts";
import { isLinked, type Status, stateOf, statuses, statusOf } from "./status.ts";
import { openTimelines, Timelines } from "./timeline.ts";

// How the devices of an organization stand, counted from their rows.

// Shapes

/** Devices by status. */
const Counts = v.object({
  /** Everything is in force. */
  in_force: Integer,
  /** Everything but a rollout is in force, which has not reached them. */
  waiting: Integer,
  /** A setting was refused. */
  refused: Integer,
  /** The settings are on their way. */
  behind: Integer,
  /** The same, without contact for days. */
  unreachable: Integer,
  /** Their link has ended, without contact for 90 days. */
  expired: Integer,
  /** They have to remove everything, and have not confirmed it. */
  wiping: Integer,
  /** They have confirmed that. */
  wiped: Integer,
} satisfies Record<Status, typeof Integer>);
type Counts = v.InferOutput<typeof Counts>;

const OfSection = v.object({
  /** The revision that changed it last. */
  revision: Integer,
  /** Devices on which it is in force, as that revision left it. */
  inForce: Integer,
  /** Devices that refused it. */
  refused: Integer,
});

/** The devices of an organization in numbers. */
export const Summary = v.object({
  /** The time they were counted. */
  at: v.string(),
  /** The revision of the settings that they were compared with. */
  revision: Integer,
  /** True if all were counted. Of tens of thousands, only those that were linked first are. */
  isComplete: v.boolean(),
  /** The number of linked devices: all but those whose link has ended, and those that have to remove everything, or have. */
  devices: Integer,
  /** Devices by status. */
  statuses: Counts,
  /** The progress of each section of the settings. */
  sections: v.object({
    /** Features. */
    features: OfSection,
    /** Models. */
    models: OfSection,
    /** Sources. */
    sources: OfSection,
    /** Websites. */
    websites: OfSection,
  } satisfies Record<Section, typeof OfSection>),
  /** The progress of the rollout that is under way. */
  rollout: v.optional(
    v.object({
      /** The revision that reaches devices in waves. */
      revision: Integer,
      /** The wave that is released, from 1. */
      wave: Integer,
      /** Linked devices that it has reached. */
      released: Integer,
      /** Those of them on which it is in force. */
      inForce: Integer,
      /** Those of them that refused it. */
      refused: Integer,
    }),
  ),
  /** By platform. */
  platforms: v.array(
    v.object({
      /** The platform. */
      platform: v.picklist(platforms),
      /** Its devices by status. */
      statuses: Counts,
    }),
  ),
  /** By client and its version: the 50 that most devices have. */
  versions: v.array(
    v.object({
      /** The client, as it calls itself. */
      app: v.string(),
      /** Its version. */
      version: v.string(),
      /** Its devices by status. */
      statuses: Counts,
    }),
  ),
  /** By team of their members: the 50 with the most devices. A device counts in each team of its member. */
  teams: v.array(
    v.object({
      /** The team. */
      team: v.object({
        id: ID.schema("team"),
        /** The name of the team. */
        name: v.string(),
      }),
      /** Devices of its members by status. */
      statuses: Counts,
    }),
  ),
  /** Linked devices by the last revision that was in force on them as a whole, newest first. */
  revisions: v.array(
    v.object({
      /** The revision. Missing for devices on which none was. */
      revision: v.optional(Integer),
      /** The number of such devices. */
      devices: Integer,
    }),
  ),
  /** Reasons for which devices refuse the current settings: the 50 that most of them have. */
  refusals: v.array(
    v.object({
      /** The section, or `device` for the whole document. */
      section: shown([...sections, "device"]),
      /** The code of the reason. */
      code: v.string(),
      /** The setting. */
      key: v.optional(v.string()),
      /** The explanation of one of the devices. */
      message: v.optional(v.string()),
      /** The number of devices that refuse for it. */
      devices: Integer,
    }),
  ),
  /** The devices over time, by revision. */
  timelines: Timelines,
});
export type Summary = v.InferOutput<typeof Summary>;

// Functions

/** The part of a row that is counted. */
export const Counted = v.pick(OrganizationDeviceRow, [
  "sk",
  "account",
  "platform",
  "app",
  "appVersion",
  "isCanary",
  "linkedAt",
  "contactAt",
  "report",
  "wipe",
  "wipedAt",
]);
type Counted = v.InferOutput<typeof Counted>;

type Comparison = {
  /** The settings that devices are compared with, and a rollout of them. */
  settings: Pick<OrganizationRow, "revision" | "sections" | "rollout">;
  /** The teams of a member. */
  teamsOf: (account: ID.ID<"account">) => readonly ID.ID<"team">[];
  /** The present, in ms since 1970. */
  at: number;
};
type Refusal = Summary["refusals"][number];

/** Counts devices, one after another. */
export function openCount({ settings, teamsOf, at }: Comparison) {
  const { revision, rollout } = settings;
  const all = noDevices();
  const [platformCounts, versionCounts, teamCounts] = [countsBy<Platform>(), countsBy(), countsBy<ID.ID<"team">>()];
  const revisions = new Map<number | undefined, number>();
  const refusals = new Map<string, Refusal>();
  const timelines = openTimelines(at);
  const reached = { released: 0, inForce: 0, refused: 0 };
  const changedAt = (name: Section) => settings.sections?.[name] ?? 0;
  const bySection = Object.fromEntries(
    sections.map((name) => [name, { revision: changedAt(name), inForce: 0, refused: 0 }]),
  ) as Summary["sections"];

  function addLinked(row: Counted, expected: Expected): void {
    const whole = row.report?.history?.at(-1)?.[0];
    revisions.set(whole, (revisions.get(whole) ?? 0) + 1);
    for (const name of sections) {
      const state = stateOf(row, name, expectedIn(name, settings, expected));
      if (state === "enforced") bySection[name].inForce++;
      if (state === "refused") bySection[name].refused++;
    }
    if (rollout && expected.heldBack === undefined) addReleased(row, rollout);
    for (const refusal of refusalsOf(row, expected)) {
      const name = JSON.stringify([refusal.section, refusal.code, refusal.key]);
      const known = refusals.get(name);
      if (known) known.devices++;
      else refusals.set(name, refusal);
    }
  }

  function addReleased(row: Counted, of: Rollout): void {
    const arrival = arrivalOf(row, of);
    reached.released++;
    if (arrival === "refused") reached.refused++;
    if (arrival === "in_force") reached.inForce++;
  }

  return {
    add(row: Counted): void {
      const expected = expectedOf(settings, row, { teams: new Set(teamsOf(row.account)) });
      const status = statusOf(row, expected, at);
      all[status]++;
      timelines.add(row);
      platformCounts.of(row.platform)[status]++;
      versionCounts.of(JSON.stringify([row.app, row.appVersion]))[status]++;
      for (const team of teamsOf(row.account)) teamCounts.of(team)[status]++;
      if (isLinked(status)) addLinked(row, expected);
    },
    /** The teams that the result shows. */
    teams: (): ID.ID<"team">[] =>
      teamCounts
        .entries()
        .toSorted(([, one], [, other]) => linkedIn(other) - linkedIn(one))
        .slice(0, maxListed)
        .map(([team]) => team),
    /** @param teamNames those of `teams` that exist, in their order */
    result(isComplete: boolean, teamNames: ReadonlyMap<string, string>): Summary {
      const byNumber = (one: { statuses: Counts }, other: { statuses: Counts }) =>
        linkedIn(other.statuses) - linkedIn(one.statuses);
      const versions = versionCounts.entries().map(([name, counts]) => {
        const [app = "", version = ""] = JSON.parse(name) as string[];
        return { app, version, statuses: counts };
      });
      return {
        at: new Date(at).toISOString(),
        revision,
        isComplete,
        devices: linkedIn(all),
        statuses: all,
        sections: bySection,
        ...(rollout && { rollout: { revision: rollout.revision, wave: rollout.wave, ...reached } }),
        platforms: platforms.flatMap((platform) =>
          platformCounts.has(platform) ? [{ platform, statuses: platformCounts.of(platform) }] : [],
        ),
        versions: versions.toSorted(byNumber).slice(0, maxListed),
        teams: [...teamNames].flatMap(([id, name]) => {
          const team = { id: id as ID.ID<"team">, name };
          return teamCounts.has(team.id) ? [{ team, statuses: teamCounts.of(team.id) }] : [];
        }),
        revisions: [...revisions]
          .toSorted(([one = -1], [other = -1]) => other - one)
          .map(([number, devices]) => ({ ...(number !== undefined && { revision: number }), devices })),
        refusals: [...refusals.values()].toSorted((one, other) => other.devices - one.devices).slice(0, maxListed),
        timelines: timelines.result(),
      };
    },
  };
}

/** Returns what a device refuses of what it has to have in force. */
export function refusalsOf(row: Pick<Counted, "report">, expected: Expected): Refusal[] {
  return ([...sections, "device"] as const).flatMap((section): Refusal[] => {
    if (stateOf(row, section, expected) !== "refused") return [];
    const { code = "other", key, message } = row.report?.sections[section] ?? {};
    return [
      { section, code, ...(key !== undefined && { key }), ...(message !== undefined && { message }), devices: 1 },
    ];
  });
}

const linkedIn = (counts: Counts): number => statuses.filter(isLinked).reduce((sum, status) => sum + counts[status], 0);

const noDevices = () => Object.fromEntries(statuses.map((status) => [status, 0])) as Counts;

function countsBy<K extends string>() {
  const counts = new Map<K, Counts>();
  return {
    of(name: K): Counts {
      const found = counts.get(name) ?? noDevices();
      counts.set(name, found);
      return found;
    },
    has: (name: K) => counts.has(name),
    entries: () => [...counts],
  };
}
