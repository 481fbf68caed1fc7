import * as v from "valibot";
import * as ID from "../base/id.ts";
import { LoggedRow } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { type OrganizationEventType, organizationEvents } from "../catalog/events.ts";
import { subjectOf, subjects } from "../catalog/subjects.ts";
import { Cursor, failures as cursorFailures, listOf, pageOf } from "../kernel/cursor.ts";
import { type Data, type EventType, readData } from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { table } from "../kernel/ports.ts";
import { After } from "../kernel/position.ts";
import { type Read, readAll, reportFaults } from "../kernel/stored.ts";
import * as Windows from "../rate/windows.ts";
import { include } from "../search/included.ts";
import { keyOf, type Page, type Position } from "../table/table.ts";
import { maxExamined, pageSize } from "./limits.ts";

// Shapes

const common = {
  /** Its position in the log of the organization: 1, 2, 3, without gaps. */
  seq: Integer,
  id: ID.schema("event"),
  /** The time it happened. */
  at: v.string(),
  /** The id of the account that did it, `public`, or a job of Muster itself, as `system#…`. */
  actor: v.string(),
  /** The credential that the actor used. Events of earlier releases have none. */
  via: v.optional(v.string()),
  /** The IP address that the request came from. */
  ip: v.optional(v.string()),
};
const Common = v.object(common);
type Common = v.InferOutput<typeof Common>;
type Shown<E extends EventType> = E extends EventType ? Common & { type: E["type"]; data: Data<E> } : never;

export type Info = Shown<OrganizationEventType> | (Common & { type: "unknown"; data: Record<string, never> });
/** An event in the audit log of an organization. Its `type` says what `data` holds. */
export const Info = v.variant("type", [
  ...organizationEvents.map(({ type, schema }) => v.object({ ...common, type: v.literal(type), data: schema })),
  v.object({
    ...common,
    type: v.literal("unknown"),
    /** A newer release recorded something that this one cannot read. */
    data: v.object({}),
  }),
]) as unknown as v.GenericSchema<Info>;

const Filter = v.object({
  /** Only events that are about this. */
  subject: v.optional(v.picklist(subjects)),
  /** Only what this account did. */
  actor: v.optional(ID.schema("account")),
  /** Only events of this team: the team itself, its members, its updates, and its settings. */
  team: v.optional(ID.schema("team")),
});
type Filter = v.InferOutput<typeof Filter>;

// Functions

/**
 * Lists the organization's log, newest first. With a filter, a page comes from the next 250 events: it may be shorter,
 * even empty, and still have a `next`.
 */
export const list = fn(
  "audit.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor), after: v.optional(After), ...Filter.entries }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid, Windows.failures.limited],
  },
  async ({ cursor, after, ...filter }, { organization }) => {
    await include(organization, after);
    const { subject = "", actor = "", team = "" } = filter;
    // threat: a cursor of filtered activity continues under another filter
    const scope = ["audit.list", organization, subject, actor, team].join(" ").trimEnd();
    const { items, next } = await pageOf(scope, cursor, (start) => matching(organization, filter, start));
    return { items: readAll(LoggedRow, items).map(describe), ...(next && { next }) };
  },
);

async function matching(
  organization: ID.ID<"organization">,
  filter: Filter,
  start: Position | undefined,
): Promise<Page<LoggedRow>> {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  // positions are digits, so the marks of days come after them
  const range = { ...kernelKeys.log(organization), to: "9", newestFirst: true, start };
  const { items, next } = await table.query({ ...range, limit: isFiltered ? maxExamined : pageSize });
  const found = items.filter((row) => matches(row, filter));
  const shown = found.slice(0, pageSize);
  const last = shown.at(-1);
  // threat: activity with a filter leaves out what one page had no room for
  return { items: shown, next: last && found.length > pageSize ? keyOf(last) : next };
}

function matches({ type, actor, data }: LoggedRow, filter: Filter): boolean {
  // a row that cannot be read is left out later
  const about = subjectOf(type ?? "");
  return (
    (filter.subject === undefined || about === filter.subject) &&
    (filter.actor === undefined || actor === filter.actor) &&
    (filter.team === undefined || teamsOf(data, about).includes(filter.team))
  );
}

/** The teams of an update are those that it mentions, not where it is. */
function teamsOf(data: Readonly<Record<string, unknown>> | undefined, about: string | undefined): unknown[] {
  const { team, teams } = data ?? {};
  // threat: the activity of a team shows updates elsewhere that mention it
  return [team, ...(Array.isArray(teams) && about !== "updates" ? teams : [])];
}

const typesByName = new Map<string, EventType>(organizationEvents.map((event) => [event.type, event]));

/** Returns an event from its row in the log. What this release cannot read is reported as a fault. */
function describe(row: Read<typeof LoggedRow>): Info {
  const { sk, id, at, actor, via, ip } = row;
  const shared = {
    seq: Number(sk),
    id,
    at,
    actor,
    ...(via !== undefined && { via }),
    ...(ip !== undefined && { ip }),
  };
  const type = typesByName.get(row.type);
  // threat: nobody learns of events of unknown types
  if (!type) reportFaults(row, ["type"]);
  const data = type && readData(type, row);
  if (data === undefined) return { ...shared, type: "unknown", data: {} };
  return { ...shared, type: row.type, data } as Info;
}
