import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { roles } from "../kernel/permission.ts";
import { epoch, queues, table } from "../kernel/ports.ts";
import { parse } from "../kernel/valid.ts";
import { Cursor, failures as cursorFailures, page } from "../table/cursor.ts";
import { Keys } from "../table/keys.ts";
import { absent, type Item, put, when } from "../table/table.ts";
import { isTold, kinds, type Told, tell } from "./tell.ts";

const lifetimeSeconds = 30 * 86_400;

// Shapes

export const Info = v.object({
  id: ID.schema("notice"),
  kind: v.picklist(kinds),
  organization: ID.schema("organization"),
  /** The organization's name. */
  subject: v.string(),
  /** Who joined, acted or asked; of a change among the owners whom it concerns. */
  person: v.optional(v.string()),
  /** Who changed the owners, where it was somebody else. */
  by: v.optional(v.string()),
  /** The role that came of it, where one did. */
  role: v.optional(v.picklist(roles)),
  at: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = { exists: failure("conflict", "notice.exists", "This notice was written already.") };

// Functions

/**
 * What follows from an event, on the queue of reactions: notices to those whom it concerns, and their mails. A notice's
 * id is the event's, so that an event that is told twice leaves each of them one notice and one mail.
 */
export const react = fn("notice.react", { input: Audit.Announcement, output: v.void() }, async (announcement) => {
  const event = await Audit.find(announcement);
  if (!event)
    throw new Error(`The log of ${announcement.owner} has no event ${announcement.event} at ${announcement.seq}.`);
  const notice = ID.alias("notice", event.id);
  const told = await tell(announcement.owner, event);
  await Promise.all(told.map((one) => write(notice, one)));
  await queues.send(
    "mail",
    told.map(({ account }) => ({ kind: "notice", account, notice })),
  );
});

/** My notices, newest first. */
export const list = fn(
  "notice.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: v.object({ items: v.array(Info), next: v.optional(v.string()) }),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const query = { ...Keys.notices(actor.account), limit: 50, newestFirst: true, consistent: true };
    const { items, next } = await page(`notice.list ${actor.account}`, query, cursor);
    return { items: items.map(describe), ...(next && { next }) };
  },
);

/** Whether anything follows from an event of this type. */
export const follows = isTold;

export function describe(item: Item): Info {
  return parse(Info, { ...item, id: item.sk });
}

async function write(notice: ID.ID<"notice">, { account, ...told }: Told): Promise<void> {
  const item = { ...told, mail: "queued", ttl: epoch(lifetimeSeconds) };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notice(account, notice), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
}
