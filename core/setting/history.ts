import { type FieldKey, fieldKeys, isFieldKey, type Section, sections } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import { type Changes, changesBetween, damagedIn, type Stored } from "./entry.ts";
import { open } from "./long-lists.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";
import { isPacked } from "./parts.ts";
import { RevisionRow } from "./row.ts";
import { type Patch, Seen } from "./section.ts";

// The revisions of an organization's settings, and the way back to one of them.

const pageSize = 50;

// Shapes

/** A change of one field. A value that is missing was not set. */
export const Change = v.object({
  /** The setting, such as `features.telemetry`, or the field of the general settings, such as `contact.phone`. */
  field: v.string(),
  /** The team whose setting it is. */
  team: v.optional(v.string()),
  /** What it was. */
  from: v.optional(v.unknown()),
  /** What it became. */
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
  /** When it was saved. */
  at: v.string(),
  /** The account that saved it. */
  by: v.string(),
  /** Why, in the author's words. */
  note: v.optional(v.string()),
  /** What it changed. */
  changes: v.array(Change),
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
  },
  async ({ cursor }, { organization }) => {
    const query = { ...Keys.revisions(organization), limit: pageSize, consistent: true, newestFirst: true };
    const { items, next } = await page(`setting.history ${organization}`, query, cursor);
    return { items: readAll(RevisionRow, items).map(describe), ...(next !== undefined && { next }) };
  },
);

/** Gives the organization's settings the values of an earlier revision, as a new revision. */
export const restore = fn(
  "setting.restore",
  {
    input: v.strictObject({
      revision: Seen,
      /** The revision to go back to. 0 is before the first change. */
      to: Seen,
      note: v.optional(OrganizationLayer.Note),
    }),
    output: OrganizationLayer.Info,
    failures: OrganizationLayer.failures,
    reads: OrganizationRows.rows,
  },
  async ({ revision: seen, to, note }, actor, rows) => {
    const current = OrganizationRows.readRows(rows);
    const later = readAll(RevisionRow, await rowsOf({ ...Keys.revisions(actor.organization, to), consistent: true }));
    const before = undone(current, later);
    const [now, then] = [
      await open(actor.organization, OrganizationRows.storedOf(current)),
      await open(actor.organization, before.stored),
    ];
    if (damagedIn(then).length > 0) throw implied.unreadable();
    const changes = Object.assign({}, ...sections.map((section) => changesBetween(section, now, then))) as Changes;
    return OrganizationLayer.saveLayer(current, { changes, openToTeams: before.openToTeams, seen, note }, actor);
  },
);

/** What the settings were before these revisions. */
function undone(current: OrganizationRows.Read, later: readonly Read<typeof RevisionRow>[]) {
  const stored: Record<string, unknown> = { ...OrganizationRows.storedOf(current) };
  let openToTeams: FieldKey[] = OrganizationLayer.describe(current).openToTeams;
  for (const { patch } of later.toReversed()) {
    for (const [field, { from }] of Object.entries(patch)) {
      const section = sections.find((one) => field === `${one}.openToTeams`);
      if (section !== undefined) {
        openToTeams = fieldKeys.filter((key) =>
          sectionHas(section, key) ? listed(from, key) : openToTeams.includes(key),
        );
      } else if (isFieldKey(field)) {
        if (from === undefined) delete stored[field];
        else stored[field] = from;
      }
    }
  }
  return { stored: stored as Stored, openToTeams };
}

const sectionHas = (section: Section, key: FieldKey) => key.startsWith(`${section}.`);
const listed = (list: unknown, key: FieldKey) => Array.isArray(list) && list.includes(key);

function describe({ sk, at, by, note, patch }: Read<typeof RevisionRow>): Revision {
  return {
    revision: Number(sk.slice("rev#".length)),
    at,
    by,
    ...(note !== undefined && { note }),
    changes: changesIn(patch),
  };
}

/** What a patch changes, as it is answered. */
export const changesIn = (patch: Patch): v.InferOutput<typeof Change>[] =>
  Object.entries(patch).map(([name, { from, to, ...lists }]) => {
    const [team] = name.split(".");
    const isOfTeam = ID.is("team", team);
    return {
      field: isOfTeam ? name.slice(name.indexOf(".") + 1) : name,
      ...(isOfTeam && { team }),
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
