import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { shown } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { Keys } from "../table/keys.ts";
import { titlesOf } from "./about.ts";
import { pageSize } from "./limits.ts";
import { NotificationRow } from "./row.ts";
import { kinds } from "./shape.ts";

// Shapes

/** A notification to a person about one of their organizations. */
export const Info = v.object({
  id: ID.schema("notification"),
  /** What happened. */
  kind: v.picklist(kinds),
  /** The organization that it is about. */
  organization: ID.schema("organization"),
  /** The name of the organization at that time. */
  subject: v.string(),
  /** The name or address of the person that it is about: who joined, acted or requested something. */
  person: v.optional(v.string()),
  /** Who caused it, if that was somebody else. */
  by: v.optional(v.string()),
  /** The role that the person has now. */
  role: v.optional(shown(roles)),
  /** When the trial, the subscription, the grace period or the verification of a domain ends. */
  until: v.optional(v.string()),
  /**
   * What it is about, if that is not a person: a domain, an API key by its provider and its last four characters, or how
   * many devices: `3 of 40`.
   */
  thing: v.optional(v.string()),
  /** The update that it is about. */
  update: v.optional(ID.schema("update")),
  /** The comment on the update that it is about. */
  comment: v.optional(ID.schema("comment")),
  /** The title that the update has now. */
  title: v.optional(v.string()),
  /** When it happened. */
  at: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/** Lists my notifications, newest first. One about an update is left out while I do not see the update. */
export const list = fn(
  "notification.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const query = { ...Keys.notifications(actor.account), limit: pageSize, newestFirst: true, consistent: true };
    const { items, next } = await page(`notification.list ${actor.account}`, query, cursor);
    const rows = readAll(NotificationRow, items);
    const titles = await titlesOf(rows, { consistent: false });
    const shown = rows.filter(({ update, sk }) => update === undefined || titles.has(sk));
    return { items: shown.map((row) => describe(row, titles.get(row.sk))), ...(next && { next }) };
  },
);

// For mails

/** Returns a notification from its row, and the title of the update that it is about. */
export function describe(notification: Read<typeof NotificationRow>, title?: string): Info {
  const { sk: id, kind, organization, subject, person, by, role, until, thing, update, comment, at } = notification;
  const said = { person, by, role, until, thing, update, comment, title };
  return { id, kind, organization, subject, at, ...withoutUndefined(said) };
}
