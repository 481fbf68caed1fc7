import * as v from "valibot";
import * as Audit from "../audit/audit.ts";
import { failure, isFailure } from "../kernel/failure.ts";
import { fn } from "../kernel/fn.ts";
import * as ID from "../kernel/id.ts";
import { epoch, queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, put, when } from "../table/table.ts";
import { isTold, type Told, tell } from "./tell.ts";

const lifetimeSeconds = 30 * 86_400;

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

/** Whether anything follows from an event of this type. */
export const follows = isTold;

async function write(notice: ID.ID<"notice">, { account, ...told }: Told): Promise<void> {
  const item = { ...told, mail: "queued", ttl: epoch(lifetimeSeconds) };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notice(account, notice), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
}
