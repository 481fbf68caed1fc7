import * as v from "valibot";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, queues, table } from "../kernel/ports.ts";
import { Announcement, type Reaction, type Recorded, respond } from "../kernel/reaction.ts";
import { Keys } from "../table/keys.ts";
import { absent, put, when } from "../table/table.ts";
import { rules, type Told, tell } from "./tell.ts";

const lifetimeSeconds = 30 * 86_400;

// Failures

export const failures = { exists: failure("conflict", "notice.exists", "This notice was written already.") };

// Functions

/**
 * What follows from an event: notices to those whom it concerns, and their mails. A notice's id is the event's, so that
 * an event that is told twice leaves each of them one notice and one mail.
 */
export const reactions: readonly Reaction[] = rules.map(({ to, run }) => ({
  to,
  run: async (data: never, event: Recorded<ID.ID<"organization">>) => {
    const tellings = await run(data, event as Recorded<never>);
    await notify(event, await tell(event, tellings));
  },
}));

export const react = fn("notice.react", { input: Announcement, output: v.void() }, (announcement) =>
  respond(announcement, reactions),
);

async function notify({ id }: Recorded, told: readonly Told[]): Promise<void> {
  const notice = ID.alias("notice", id);
  await Promise.all(told.map((one) => write(notice, one)));
  await queues.send(
    "mail",
    told.map(({ account }) => ({ kind: "notice", account, notice })),
  );
}

async function write(notice: ID.ID<"notice">, { account, ...told }: Told): Promise<void> {
  const item = { ...told, mail: "queued" as const, ttl: epoch(lifetimeSeconds) };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notice(account, notice), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
}
