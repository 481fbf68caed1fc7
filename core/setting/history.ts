import { type FieldKey, isFieldKey, keysOf, type Section, sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer, SeenRevision } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll, readOnly } from "../kernel/stored.ts";
import { organizationKeys } from "../organization/keys.ts";
import { Info as RolloutInfo } from "../rollout/describe.ts";
import * as RolloutPlan from "../rollout/plan.ts";
import { rolledBack } from "../rollout/record.ts";
import * as Rollouts from "../rollout/rollout.ts";
import type { Rollout } from "../rollout/row.ts";
import { ends, states } from "../rollout/shape.ts";
import { type Changes, damagedIn, described, type Stored } from "./entry.ts";
import * as General from "./general.ts";
import { settingKeys } from "./keys.ts";
import { overridesOf } from "./layers.ts";
import { open } from "./long-lists.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import { isPacked } from "./parts.ts";
import { ofTeam, RevisionRow } from "./row.ts";
import { type Patch, Seen } from "./section.ts";
import { undone } from "./undo.ts";
import * as Whole from "./whole.ts";

// The revisions of an organization's settings, and the way back to one of them.

const pageSize = 50;

// Shapes

/** A change of one field. A value that is missing was not set. */
export const Change = v.object({
  /** The setting, such as `features.telemetry`, or the field of the general settings, such as `contact.phone`. */
  field: v.string(),
  /** The team whose setting it is. */
  team: v.optional(v.string()),
  /** The value before. */
  from: v.optional(v.unknown()),
  /** The value after. */
  to: v.optional(v.unknown()),
  /** Of a list: what was added, the first 100 entries. */
  added: v.optional(v.array(v.string())),
  /** Of a list: what was removed, the first 100 entries. */
  removed: v.optional(v.array(v.string())),
  /** Of a list: how many entries were added. */
  addedCount: v.optional(Integer),
  /** Of a list: how many entries were removed. */
  removedCount: v.optional(Integer),
});

/** A revision of the settings. */
export const Revision = v.object({
  /** Its number. Revisions are numbered from 1. */
  revision: Integer,
  /** The time it was saved. */
  at: v.string(),
  /** The account that saved it. */
  by: v.string(),
  /** The reason, in the author's words. */
  note: v.optional(v.string()),
  /** The changes in it. */
  changes: v.array(Change),
  /** The rollout that brought it to devices, if there was one. */
  rollout: v.optional(
    v.object({
      /** The number of waves, the one with everybody included. */
      waves: Integer,
      /**
       * The state: `running`, `paused`, or `halted`; or the end: `finished` after its last wave, `released` to
       * everybody by someone, or `rolled_back`.
       */
      state: shown([...states, ...ends]),
    }),
  ),
  /** The revision whose rollout it undoes. */
  rollsBack: v.optional(Integer),
});
export type Revision = v.InferOutput<typeof Revision>;

// Functions

/** Returns the revisions, newest first, 50 at once. */
export const history = fn(
  "setting.history",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Revision, pageSize),
    failures: [cursorFailures.invalid],
    reads: (_, { organization }) => [organizationKeys.organization(organization)],
  },
  async ({ cursor }, { organization }, [row]) => {
    const query = { ...settingKeys.revisions(organization), limit: pageSize, consistent: true, newestFirst: true };
    const { items, next } = await page(`setting.history ${organization}`, query, cursor);
    return {
      items: readAll(RevisionRow, items).map((one) => describe(one, row?.rollout)),
      ...(next !== undefined && { next }),
    };
  },
);

/**
 * Gives the settings the values of an earlier revision, as a new revision: what the organization says, General but for the
 * name, and what the teams override that still exist.
 */
export const restore = fn(
  "setting.restore",
  {
    input: v.strictObject({
      revision: Seen,
      /** The revision to go back to. 0 is before the first change. */
      to: SeenRevision,
      note: v.optional(OrganizationLayer.Note),
      rollout: v.optional(RolloutPlan.Plan),
    }),
    output: OrganizationLayer.Info,
    failures: [...Whole.failures, ...RolloutPlan.startFailures],
    reads: Whole.rows,
  },
  async ({ revision: seen, to, note, rollout }, actor, rows) => {
    const whole = Whole.readRows(rows);
    const wanted = await wantedAt(to, whole.layers);
    return Whole.save(await Whole.plan(whole, { ...wanted, seen, note, rollout }, actor), actor);
  },
);

/** Gives everything that the rollout changed its former value, as a new revision for everybody, and ends the rollout. */
export const rollBack = fn(
  "rollout.rollBack",
  {
    input: v.strictObject({ note: v.optional(OrganizationLayer.Note) }),
    output: RolloutInfo,
    failures: [...Rollouts.changing, ...Whole.failures],
    reads: Whole.rows,
  },
  async ({ note }, actor, found) => {
    const whole = Whole.readRows(found);
    const { organizationRow } = whole.layers;
    // as it is stored: the write compares it, and a newer release may have written it
    const [, stored] = found;
    // threat: a rollout that a newer release has written cannot be rolled back
    const ends = Rollouts.underWay(stored);
    const row = await table.get(settingKeys.revision(actor.organization, ends.revision));
    if (!row) throw implied.unreadable();
    const wanted = await wantedWithout([readOnly(RevisionRow, row)], whole.layers);
    const plan = await Whole.plan(whole, { ...wanted, seen: organizationRow.revision, note, ends }, actor);
    // what it changed may be gone: a team that was deleted
    if (Object.keys(plan.patch).length === 0) await Rollouts.end(ends, rolledBack(ends, actor), actor);
    else await Whole.save(plan, actor);
    return {};
  },
);

/** The changes that lead back to a revision. @throws row.unreadable, input.invalid */
export async function wantedAt(to: number, current: OrganizationRows.Read) {
  const { pk: organization, revision } = current.organizationRow;
  if (to > revision) throw implied.invalid({ fields: [{ path: "to", message: "There is no such revision." }] });
  return wantedWithout(
    readAll(RevisionRow, await rowsOf({ ...settingKeys.revisions(organization, to), consistent: true })),
    current,
  );
}

/** The changes that undo revisions. @throws row.unreadable */
export async function wantedWithout(later: readonly Read<typeof RevisionRow>[], current: OrganizationRows.Read) {
  const { pk: organization } = current.organizationRow;
  const { stored, openToTeams, others } = undone(current, later);
  const [now, then] = [await open(organization, OrganizationRows.storedOf(current)), await open(organization, stored)];
  if (damagedIn(then).length > 0) throw implied.unreadable();
  const changes = Object.assign({}, ...sections.map((section) => changesBetween(section, now, then))) as Changes;
  const general = isOfGeneral(later) ? General.changesTo(others) : undefined;
  // threat: overrides of teams are forgotten when a rollout is rolled back
  return { changes, openToTeams, general, teams: await teamsBefore(organization, others), isRestored: true };
}

const isOfGeneral = (later: readonly Read<typeof RevisionRow>[]) =>
  later.some(({ sections: changed }) => changed.includes("general"));

/** The changes that undo what the teams that still exist override. */
async function teamsBefore(organization: ID.ID<"organization">, values: ReadonlyMap<string, unknown>) {
  const changes = new Map<ID.ID<"team">, Record<string, unknown>>();
  for (const [name, said] of values) {
    const { team, field } = ofTeam(name);
    if (team === undefined || !isFieldKey(field)) continue;
    if (said !== undefined && damagedIn({ [field]: said }).length > 0) throw implied.unreadable();
    changes.set(team, { ...changes.get(team), [field]: said === undefined ? null : unlocked(said) });
  }
  const found = await overridesOf(organization, [...changes.keys()]);
  return found.map((one) => ({ ...one, changes: changes.get(one.team) as Changes }));
}

const unlocked = (said: unknown) => ({ isLocked: false, ...(said as object) });

function describe(row: Read<typeof RevisionRow>, underWay: Rollout | undefined): Revision {
  const { sk, at, by, note, patch, waves, rolloutEnd, rollsBack } = row;
  const revision = Number(sk.slice("rev#".length));
  const state = rolloutEnd ?? (underWay?.revision === revision ? underWay.state : "unknown");
  return {
    revision,
    at,
    by,
    changes: changesIn(patch),
    ...withoutUndefined({ note, rollsBack, rollout: waves === undefined ? undefined : { waves, state } }),
  };
}

/** Returns what a patch changes, as it is answered. */
export const changesIn = (patch: Patch): v.InferOutput<typeof Change>[] =>
  Object.entries(patch).map(([name, { from, to, ...lists }]) => {
    return {
      ...ofTeam(name),
      ...(from !== undefined && { from: withoutParts(from) }),
      ...(to !== undefined && { to: withoutParts(to) }),
      ...withoutUndefined(lists),
    };
  });

/** A list in parts is answered by the number of its entries. */
function withoutParts(said: unknown): unknown {
  const { value, ...rest } = (typeof said === "object" && said !== null ? said : {}) as { value?: unknown };
  return isPacked(value) ? { ...rest, count: value.count } : said;
}

/** Every change that would leave these entries as those. */
function changesBetween(section: Section, from: Stored, to: Stored): Changes {
  return Object.fromEntries(
    keysOf(section).flatMap((key): [FieldKey, Changes[FieldKey]][] => {
      if (!Object.hasOwn(to, key)) return Object.hasOwn(from, key) ? [[key, null]] : [];
      const { value, isLocked } = described(key, to[key]);
      // threat: a revision is restored, and what was locked since then stays locked
      return [[key, { value, isLocked }]];
    }),
  );
}
