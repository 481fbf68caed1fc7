import { dayMs, daySeconds } from "../base/duration.ts";
import { epoch, instant, now, table } from "../kernel/ports.ts";
import { type Key, update } from "../table/table.ts";
import { mailKeys } from "./keys.ts";

// What the provider did not take at once. Workers note the row of each such email; what has happened to it since, only that
// row says. So a note that is lost or late does no harm, and an email that leaves costs nothing more.

export const keptDays = 7;
const keptSeconds = (keptDays + 2) * daySeconds;

// Shapes

/** `import` are emails of imports, noted by the event that they are of. */
export const kinds = ["code", "invitation", "reminder", "import", "notification", "digest", "billing"] as const;
export type Kind = (typeof kinds)[number];

/** An email by the row that has its status, or the emails of an import's event. */
export type Noted = { kind: Kind; mail: Key };

// For workers

/** Notes that an email waits for the provider, or has failed. Can be repeated. */
export function note({ kind, mail }: Noted, when: { since: string } | { failedAt: string }): Promise<void> {
  const at = instant();
  return table.write(
    update(mailKeys.backlog(dayOf(at), kind, mail), { set: Object.assign({ at, ttl: epoch(keptSeconds) }, when) }),
  );
}

/** Returns which of these emails a worker has tried to send since an instant, at most a day ago. */
export async function triedSince(instantOf: string, noted: readonly Noted[]): Promise<boolean[]> {
  const days = daysBack(1);
  const rows = await table.getMany(
    noted.flatMap(({ kind, mail }) => days.map((day) => mailKeys.backlog(day, kind, mail))),
  );
  return noted.map((_, i) =>
    rows.slice(i * days.length, (i + 1) * days.length).some((row) => row !== undefined && row.at >= instantOf),
  );
}

const dayOf = (at: string) => at.slice(0, 10);

/** Returns today and the days before, newest first. */
export const daysBack = (count: number): string[] =>
  Array.from({ length: count + 1 }, (_, n) => dayOf(new Date(now().getTime() - n * dayMs).toISOString()));
