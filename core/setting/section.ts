import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { SeenRevision } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Member } from "../kernel/actor.ts";
import { table } from "../kernel/ports.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import type { Posting } from "../organization/shape.ts";
import { RolloutStarted } from "../rollout/events.ts";
import { failures as rolloutFailures } from "../rollout/failures.ts";
import * as RolloutPlan from "../rollout/plan.ts";
import { listed, placeOf, rolledBack } from "../rollout/record.ts";
import type { Rollout } from "../rollout/row.ts";
import {
  all,
  any,
  check,
  equal,
  type Item,
  lacks,
  not,
  present,
  put,
  type Some,
  type Step,
  update,
  when,
} from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { failures as teamFailures } from "../team/names.ts";
import { settingKeys } from "./keys.ts";
import type { Section } from "./shape.ts";

// Saves any section of an organization's settings: its values, its history and the revision, in one write.

// threat: a save fails because another section was saved
/** Attempts of a save while others save other sections at the same moment. */
const maxAttempts = 10;

// Shapes

/** The revision that was read. If the same settings were changed since then, the request fails with 409. */
export const Seen = v.pipe(SeenRevision);

/** The fields that differ, by name; empty ones are missing. */
export type Patch = Record<
  string,
  { from?: unknown; to?: unknown } & { [K in keyof ListPatch]?: ListPatch[K] | undefined }
>;

/** The additions to a list and the removals from it: the first entries of each, and their number. */
export type ListPatch = { added: string[]; removed: string[]; addedCount: number; removedCount: number };

export type Change = {
  /** The sections that it changes. */
  sections: readonly Section[];
  /** The organization as it was read. */
  organizationRow: OrganizationRow;
  /** The revision that the caller has seen. The change is refused if one of its sections is newer. */
  seen: number;
  at: string;
  /** Returns the values to save at the new revision: a section's by its name, a team's by its id. */
  values: (revision: number) => Record<string, Item>;
  patch: Patch;
  /** The reason for it, in the author's words. */
  note?: string | undefined;
  /** The waves in which it reaches devices. */
  rollout?: RolloutPlan.Plan | undefined;
  /** The rollout that it undoes, as it was read. */
  ends?: Rollout | undefined;
  /** The part of it that stands on the organization itself. */
  onHome?: Some<OrganizationRow>;
  events: (revision: number) => Step[];
};

// Failures

export const failures = {
  changed: failure("conflict", "setting.changed", "These settings were just changed. Reload and try again."),
};

/** The handler's checks, repeated in the write. */
const isWritable = any(lacks("billingStatus"), not(equal("billingStatus", "read_only")));

// For sections

/**
 * Saves sections as one revision unless one of them was changed since the caller saw it, and returns that revision.
 * Changes of other sections do not conflict.
 * @throws setting.changed, rollout.changed, rollout.field_closed, rollout.under_way, rollout.too_many_settings, team.missing
 */
export async function save(change: Change, actor: Member): Promise<number> {
  let { organizationRow } = change;
  for (let tries = 1; ; tries++) {
    if (!isCurrent(change, organizationRow)) throw failures.changed();
    // threat: somebody changes a setting while a rollout brings it to devices
    RolloutPlan.refuseClosed(organizationRow, change);
    const revision = organizationRow.revision + 1;
    try {
      await table.write(...steps(change, { organizationRow, revision, actor }));
      return revision;
    } catch (error) {
      if (!isFailure(error, failures.changed) || tries === maxAttempts) throw error;
      const now = await table.get(organizationKeys.organization(actor.organization));
      if (!now) throw error;
      // threat: a rollback tries again what cannot succeed
      if (change.ends && !isDeepStrictEqual(change.ends, now.rollout)) throw rolloutFailures.changed();
      organizationRow = now;
    }
  }
}

/** Returns the revision that last changed a section. */
export const revisionOf = ({ sections: all }: OrganizationRow, section: Section): number => all?.[section] ?? 0;

export function differences(before: Item, after: Item): Patch {
  const [old, now] = [leaves(before), leaves(after)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((name) => old[name] !== now[name]);
  return Object.fromEntries(
    names.map((name) => [name, { ...(name in old && { from: old[name] }), ...(name in now && { to: now[name] }) }]),
  );
}

/** A revision that is yet to come was seen by nobody. @throws setting.changed */
export function refuseFuture(seen: number, { revision }: Pick<OrganizationRow, "revision">): void {
  // threat: a change of a revision that nobody has seen is answered as done
  if (seen > revision) throw failures.changed();
}

function isCurrent({ sections, seen }: Change, organizationRow: OrganizationRow): boolean {
  // threat: a change of two sections overwrites what is newer in one
  const newest = Math.max(...sections.map((section) => revisionOf(organizationRow, section)));
  // threat: settings are saved over newer ones that nobody looked at
  // threat: a made-up revision saves over anything
  // threat: somebody overwrites settings that changed since they read them
  return organizationRow.state === "active" && seen >= newest && seen <= organizationRow.revision;
}

type Moment = { organizationRow: OrganizationRow; revision: number; actor: Member };

/** Every save guards the revision, so nothing else needs a guard, and the revisions of all sections are written together. */
function steps(change: Change, { organizationRow, revision, actor }: Moment): Step[] {
  const { sections, onHome, at, values, patch, note, ends, events } = change;
  const id: ID<"organization"> = actor.organization;
  const by = actor.account;
  const revisions = Object.fromEntries(sections.map((section) => [section, revision]));
  const rollout = change.rollout && RolloutPlan.startOf(change.rollout, { revision, by, at, patch });
  const saved = values(revision);
  const posting = postingIn(change.patch, saved);
  const set = {
    ...onHome,
    // threat: the setting of who can post updates is saved, and nothing follows it
    ...(posting && { posting }),
    ...(rollout && { rollout }),
    // threat: a section forgets the revisions of the others
    sections: { ...organizationRow.sections, ...revisions },
  };
  const onRow = { set, add: { revision: 1 }, ...(ends && { unset: ["rollout"] as const }) };
  // threat: two saves of settings overwrite each other
  // threat: a suspended or deleted organization is changed
  // threat: an organization that may only be read changes its settings
  const unchanged = all(equal("revision", revision - 1), equal("state", "active"), isWritable);
  // threat: a rollout that changed since is rolled back
  const guard = ends ? all(unchanged, equal("rollout", ends)) : unchanged;
  return [
    update(organizationKeys.organization(id), onRow, when(guard, failures.changed)),
    ...(rollout ? starting(rollout, saved, actor) : []),
    ...(ends ? rolledBack(ends, actor, revision) : []),
    ...Object.entries(saved).map(([name, value]) => put(settingKeys.section(id, name), { value, revision, at, by })),
    put(settingKeys.revision(id, revision), {
      sections: [...sections],
      at,
      by,
      patch,
      ...(note && { note }),
      ...withoutUndefined({ waves: rollout && rollout.waves.length + 1, rollsBack: ends?.revision }),
    }),
    ...events(revision),
  ];
}

/** Returns what the general settings say of updates, for the organization's row too: every request reads that. */
function postingIn(patch: Patch, { general }: Record<string, Item>): Posting | undefined {
  if (!general || !("updates.posting" in patch)) return undefined;
  return (general["updates"] as { posting?: Posting } | undefined)?.posting ?? "members";
}

/**
 * The steps that start a rollout, beside its place on the organization. A team that is gone has no devices. A team whose
 * settings are saved is checked there, and a write takes one step of a row.
 */
const starting = (rollout: Rollout, saved: Record<string, Item>, actor: Member): Step[] => [
  ...listed(actor.organization, rollout),
  // threat: a rollout names a team whose settings it changes, and fails with an error of ours
  ...RolloutPlan.teamsIn(rollout.waves)
    .filter((team) => !(team in saved))
    .map((team) => check(teamKeys.team(actor.organization, team), when(present, teamFailures.missing))),
  RolloutStarted.record(actor.organization, placeOf(rollout), actor),
];

/** Returns the fields of a value and of its nested values, by their paths. */
function leaves(value: Item, path = ""): Item {
  return Object.assign(
    {},
    ...Object.entries(value).map(([name, part]) =>
      typeof part === "object" && part !== null ? leaves(part as Item, `${path}${name}.`) : { [path + name]: part },
    ),
  );
}
