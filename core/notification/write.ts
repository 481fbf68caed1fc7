import { daySeconds } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { epoch, instant, queues, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, put, when } from "../table/table.ts";
import { keptDays } from "./limits.ts";
import { waysOf } from "./preference.ts";
import type { NewNotification } from "./rules.ts";
import { type Way, ways } from "./shape.ts";

const lifetimeSeconds = keptDays * daySeconds;

type Wanted = { row: NewNotification; way: Way };

// Failures

export const failures = { exists: failure("conflict", "notification.exists", "This notification already exists.") };

// Functions

/**
 * Writes one notification to each of these people who wants any of theirs, once, and queues the emails of those who
 * want them, unless all get it in the product only. It may be repeated.
 */
export async function notify(
  notification: ID.ID<"notification">,
  notifications: readonly NewNotification[],
  { isMailed = true } = {},
): Promise<void> {
  const wanted = strongest(await withWays(notifications)).filter(({ way }) => way !== "off");
  const isByEmail = ({ way }: { way: Way }) => isMailed && way === "email";
  await Promise.all(wanted.map((one) => write(notification, one.row, isByEmail(one) ? "queued" : "suppressed")));
  const mails = wanted
    .filter(isByEmail)
    .map(({ row }) => ({ kind: "notification", account: row.account, notification }));
  if (mails.length > 0) await queues.send("mail", mails);
}

/** Different people may be notified of the same event in different kinds. */
async function withWays(notifications: readonly NewNotification[]): Promise<Wanted[]> {
  const kinds = [...new Set(notifications.map(({ kind }) => kind))];
  const all = kinds.map(async (kind) => {
    const rows = notifications.filter((one) => one.kind === kind);
    const [first] = rows;
    const accounts = rows.map(({ account }) => account);
    const found = first ? await waysOf(first.organization, kind, accounts) : [];
    return rows.map((row, i) => ({ row, way: found[i] ?? "email" }));
  });
  return (await Promise.all(all)).flat();
}

/** Returns one for each person: the one that they want most, and the first where they want several as much. */
function strongest(all: readonly Wanted[]): Wanted[] {
  const found = new Map<ID.ID<"account">, Wanted>();
  for (const one of all) {
    const other = found.get(one.row.account);
    if (!other || ways.indexOf(one.way) < ways.indexOf(other.way)) found.set(one.row.account, one);
  }
  return [...found.values()];
}

async function write(
  notification: ID.ID<"notification">,
  { account, ...said }: NewNotification,
  mail: "queued" | "suppressed",
): Promise<void> {
  const item = { ...said, receivedAt: instant(), mail, ttl: epoch(lifetimeSeconds) };
  const first = when(absent, failures.exists);
  await table.write(put(Keys.notification(account, notification), item, first)).catch((error: unknown) => {
    if (!isFailure(error, failures.exists)) throw error;
  });
}
