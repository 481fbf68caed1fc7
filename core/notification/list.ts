import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { shown } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { table } from "../kernel/ports.ts";
import { type Read, read, readAll } from "../kernel/stored.ts";
import { mutedOf, titlesOf } from "./about.ts";
import { isRead, receivedAt } from "./inbox.ts";
import { notificationKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import { InboxRow, NotificationRow } from "./row.ts";
import { kinds, mentionKinds } from "./shape.ts";

/** Rows that are examined for a page of a filter: four pages of them. */
const readsPerPage = 4;

// Shapes

/** A notification to a person about one of their organizations. */
export const Info = v.object({
  id: ID.schema("notification"),
  /** The kind of event. */
  kind: v.picklist(kinds),
  /** The organization that it is about. */
  organization: ID.schema("organization"),
  /** The name of the organization at that time. */
  subject: v.string(),
  /** The name or address of the person that it is about: who joined, acted, or requested something. */
  person: v.optional(v.string()),
  /** The one who caused it, if that was someone else. */
  by: v.optional(v.string()),
  /** The role that the person has now. */
  role: v.optional(shown(roles)),
  /** The end of the trial, the subscription, the grace period, or the verification of a domain. */
  until: v.optional(v.string()),
  /**
   * The subject, if that is not a person: a domain, an API key by its provider and its last four characters, a number
   * of devices: `3 of 40`, or of seats: `2 seats`.
   */
  thing: v.optional(v.string()),
  /** The update that it is about. */
  update: v.optional(ID.schema("update")),
  /** The comment on the update that it is about. */
  comment: v.optional(ID.schema("comment")),
  /** The title that the update has now. */
  title: v.optional(v.string()),
  /** The time it happened. */
  at: v.string(),
  /** The time you received it, a little later. */
  receivedAt: v.string(),
  /** True if you have muted the update that it is about. */
  isMuted: v.optional(v.boolean()),
  /** True if you have marked it as read, on any device. */
  isRead: v.boolean(),
});
export type Info = v.InferOutput<typeof Info>;

type Row = Read<typeof NotificationRow>;

// Functions

/** Lists my notifications, newest first. One about an update is left out while I do not see the update. */
export const list = fn(
  "notification.list",
  {
    input: v.strictObject({
      /** Only those that are unread, or only mentions. */
      only: v.optional(v.picklist(["unread", "mentions"])),
      cursor: v.optional(Cursor),
    }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
    reads: (_, actor) => [notificationKeys.inbox(actor.account)],
  },
  async ({ only, cursor }, { account }, [inboxRow]) => {
    const inbox = inboxRow && read(InboxRow, inboxRow);
    const scope = `notification.list ${account}`;
    const isWanted = (row: Row) =>
      only === "unread" ? !isRead(row, inbox) : only !== "mentions" || mentionKinds.some((kind) => kind === row.kind);
    const found: Row[] = [];
    let start = cursor === undefined ? undefined : open(scope, cursor);
    for (let reads = 0; reads < readsPerPage; reads++) {
      const query = {
        ...notificationKeys.notifications(account),
        limit: pageSize,
        newestFirst: true,
        consistent: true,
        start,
      };
      const page = await table.query(query);
      // threat: one notification of a newer release hides all others
      found.push(...readAll(NotificationRow, page.items).filter(isWanted));
      start = page.next;
      if (!start || only === undefined || found.length >= pageSize) break;
    }
    const rows = found.slice(0, pageSize);
    const last = rows.at(-1);
    const next = found.length > rows.length && last ? { pk: last.pk, sk: last.sk } : start;
    // threat: each look at the notifications reads twice as much
    const [titles, muted] = await Promise.all([titlesOf(rows), mutedOf(account, rows, { consistent: false })]);
    const shown = rows.filter(({ update, sk }) => update === undefined || titles.has(sk));
    return {
      // threat: a muted update looks like any other in the inbox
      items: shown.map((row) => describe(row, { inbox, title: titles.get(row.sk), isMuted: muted.has(row.update) })),
      ...(next && { next: seal(scope, next) }),
    };
  },
);

// For mails

/** Returns a notification from its row, what its reader has read, and the title of the update that it is about. */
export function describe(
  notification: Row,
  { inbox, title, isMuted }: { inbox?: InboxRow | undefined; title?: string | undefined; isMuted?: boolean } = {},
): Info {
  const { sk: id, kind, organization, subject, person, by, role, until, thing, update, comment, at } = notification;
  const said = { person, by, role, until, thing, update, comment, title, isMuted: isMuted || undefined };
  const state = { receivedAt: receivedAt(notification), isRead: isRead(notification, inbox) };
  return { id, kind, organization, subject, at, ...state, ...withoutUndefined(said) };
}
