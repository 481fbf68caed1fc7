import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { epoch, queues, table } from "../kernel/ports.ts";
import { parse } from "../kernel/valid.ts";
import { Cursor, failures as cursorFailures, page } from "../table/cursor.ts";
import { Keys } from "../table/keys.ts";
import { absent, type Item, put, when } from "../table/table.ts";

const lifetimeSeconds = 30 * 86_400;

// Shapes

export const kinds = ["organization.created"] as const;
/** How the mail of a notice fares; after a crash in the midst of sending nobody knows, and it is not sent again. */
export const mailStates = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "bounced",
  "complained",
  "suppressed",
  "failed",
] as const;

export const Info = v.object({
  id: ID.schema("notice"),
  kind: v.picklist(kinds),
  organization: ID.schema("organization"),
  subject: v.string(),
  at: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = { exists: failure("conflict", "notice.exists", "This notice was written already.") };

// Functions

/**
 * What follows from an event, on the queue of reactions. The notice's id is the event's, so that an event that is
 * told twice leaves one notice and one mail.
 */
export const react = fn("notice.react", { input: Audit.Announcement, output: v.void() }, async (announcement) => {
  const event = await Audit.find(announcement);
  if (!event)
    throw new Error(`The log of ${announcement.owner} has no event ${announcement.event} at ${announcement.seq}.`);
  const [account, kind] = [event.actor, event.type];
  if (!v.is(Info.entries.kind, kind) || !ID.is("account", account)) return;
  const notice: ID.ID<"notice"> = `ntc_${event.id.slice("evt_".length)}`;
  const item = {
    kind,
    organization: announcement.owner,
    subject: String(event.data.name),
    at: event.at,
    mail: "queued",
    ttl: epoch(lifetimeSeconds),
  };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notice(account, notice), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
  await queues.send("mail", [{ kind: "notice", account, notice }]);
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
export const follows = (type: string) => v.is(Info.entries.kind, type);

export function describe(item: Item): Info {
  return parse(Info, { ...item, id: item.sk });
}
