import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { type Data, type EventType, readData } from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { type Read, readAll, reportFaults } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import { type OrganizationEventType, organizationEvents } from "./catalog.ts";
import { pageSize } from "./limits.ts";
import { LoggedRow } from "./row.ts";

// Shapes

const common = {
  /** Its position in the log of the organization: 1, 2, 3, without gaps. */
  seq: Integer,
  id: ID.schema("event"),
  /** When it happened. */
  at: v.string(),
  /** Who did it: the id of an account, `public`, or a job of Muster itself, as `system#…`. */
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
  v.object({ ...common, type: v.literal("unknown"), data: v.object({}) }),
]) as unknown as v.GenericSchema<Info>;

// Functions

/** Lists the organization's log, newest first. */
export const list = fn(
  "audit.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, { organization }) => {
    // positions are digits, so the marks of days come after them
    const query = { ...Keys.log(organization), to: "9", limit: pageSize, newestFirst: true };
    const { items, next } = await page(`audit.list ${organization}`, query, cursor);
    return { items: readAll(LoggedRow, items).map(describe), ...(next && { next }) };
  },
);

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
  if (!type) reportFaults(row, ["type"]);
  const data = type && readData(type, row);
  if (data === undefined) return { ...shared, type: "unknown", data: {} };
  return { ...shared, type: row.type, data } as Info;
}
