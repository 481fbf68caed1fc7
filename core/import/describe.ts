import type * as ID from "../base/id.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { now, table } from "../kernel/ports.ts";
import { type Read, read, readOnly } from "../kernel/stored.ts";
import * as Mailing from "../mail/mailing.ts";
import type { ImportMailsRow } from "../mail/row.ts";
import { type Names, namesOf } from "../member/names.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { countsOf, type Info, isOver, reasons, retryableIn } from "./import.ts";
import { importKeys } from "./keys.ts";
import { type Outcome, outcomeNames } from "./outcome.ts";
import { ChunkRow, ImportRow } from "./row.ts";

/** The import's current chunk may be closed while it is read. Then the import is read again. */
const looks = 3;

type Found = Read<typeof ImportRow>;
type Chunk = Read<typeof ChunkRow>;
/** Names tell who started it. `chunk` counts what its import does not count yet. */
type More = { names?: Names; chunk?: Chunk | undefined; organizationRow?: OrganizationRow | undefined };

/** The rows that are read with an import. */
type Beside = { mails: ImportMailsRow | undefined; organizationRow: OrganizationRow | undefined };

/** Returns an import as it is shown. `chunk` counts what the import's row does not count yet. */
export function describe(
  row: Found,
  mails: ImportMailsRow | undefined,
  { names, chunk, organizationRow }: More = {},
): Info {
  const { sk: id, state, earlier, via, by, fileName, bytes, lifetimeDays, columns, roles, pass } = row;
  const { createdAt, startedAt, endedAt } = row;
  const reason = row.reason ?? row.stop;
  const counts = sum(countsOf(row), chunk ? countsOf(chunk) : {});
  const name = by && names?.get(by);
  return {
    id,
    state,
    ...(reason && { reason, message: reasons[reason] }),
    ...withoutUndefined({ earlier }),
    via,
    ...(by && names && { invitedBy: { account: by, ...(name !== undefined && { name }) } }),
    fileName,
    ...withoutUndefined({ bytes }),
    lifetimeDays,
    ...withoutUndefined({ columns, roles }),
    pass,
    rows: Object.values(counts).reduce((all, one) => all + one, 0),
    counts,
    retryable: isOver(row) ? retryableIn(row) : 0,
    mails: Mailing.describe(mails, {
      requested: counts.invited ?? 0,
      isMore: !isOver(row),
      isStopped: organizationRow?.mailPaused !== undefined,
    }),
    ...withoutUndefined({ ended: endedIn(mails) }),
    ...(state === "running" && { progress: progressOf(row, chunk) }),
    reported: row.reported === pass,
    ...(row.reported === 0 && { isReportMissing: true }),
    createdAt,
    ...withoutUndefined({ startedAt, endedAt }),
  };
}

/** Returns how many invitations have ended, if any. */
function endedIn({ declined = 0, revoked = 0, expired = 0 }: Partial<ImportMailsRow> = {}): Info["ended"] {
  return declined + revoked + expired > 0 ? { declined, revoked, expired } : undefined;
}

/** The same with the current progress. */
export async function describeNow(
  organization: ID.ID<"organization">,
  row: ImportRow,
  { mails, organizationRow }: Beside,
): Promise<Info> {
  const key = importKeys.import(organization, row.sk);
  let current = readOnly(ImportRow, row);
  for (let look = 1; ; look++) {
    const { state, by, chunk: number = 0 } = current;
    const [names, stored] = await Promise.all([
      namesOf(organization, [by]),
      state === "running" ? table.get(importKeys.chunk(row.sk, number)) : undefined,
    ]);
    const chunk = stored && read(ChunkRow, stored);
    if (chunk?.state !== "closed" || look === looks) return describe(current, mails, { names, chunk, organizationRow });
    current = readOnly(ImportRow, (await table.get(key)) ?? row);
  }
}

type Counts = Partial<Record<Outcome, number>>;

function sum(one: Counts, other: Counts): Counts {
  const sums = outcomeNames.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, count]) => count !== 0));
}

/** Measured over this pass, by the bytes already read. */
function progressOf({ bytes = 0, offset = 0, walked = 0, startedAt = "" }: Found, chunk: Chunk | undefined) {
  const { reader, next } = chunk ?? {};
  const isOpen = chunk?.state === "open" && reader && next;
  const rows = isOpen ? chunk.at - reader.row : 0;
  const part = isOpen ? (rows / Math.max(1, chunk.to - reader.row)) * (next.offset - reader.offset) : 0;
  const done = bytes > 0 ? Math.min(1, Math.max(0, (offset + part) / bytes)) : 0;
  const seconds = Math.max(0.001, (now().getTime() - Date.parse(startedAt)) / 1000);
  const isTelling = done > 0 && seconds >= 1;
  return {
    done: Math.round(done * 1000) / 1000,
    rate: isTelling ? Math.round((walked + rows) / seconds) : 0,
    ...(isTelling && { secondsLeft: Math.round((seconds / done) * (1 - done)) }),
  };
}
