import * as ID from "../base/id.ts";
import { parse } from "../base/valid.ts";
import { now, table } from "../kernel/ports.ts";
import * as Mailing from "../mail/mailing.ts";
import type { ImportMailsRow } from "../mail/row.ts";
import { namesOf } from "../member/names.ts";
import { Keys } from "../table/keys.ts";
import type { Item } from "../table/table.ts";
import { countsOf, Info, isOver, reasons, retryableIn } from "./import.ts";
import type { Outcome } from "./outcome.ts";
import type { Reason } from "./shape.ts";

/** The import's current chunk may be closed while it is read. Then the import is read again. */
const looks = 3;

/** Returns an import as it is shown. `chunk` counts what the import's row does not count yet. */
export function describe(row: Item, mails: ImportMailsRow | undefined, chunk?: Item): Info {
  const reason = (row.reason ?? row.stop) as Reason | undefined;
  const counts = sum(countsOf(row), chunk ? countsOf(chunk) : {});
  const isRunning = row.state === "running";
  return parse(Info, {
    ...row,
    id: row.sk,
    ...(reason && { reason, message: reasons[reason] }),
    counts,
    rows: Object.values(counts).reduce((all, one) => all + one, 0),
    retryable: isOver(row) ? retryableIn(row) : 0,
    mails: Mailing.describe(mails, { asked: counts.invited ?? 0, isMore: !isOver(row) }),
    reported: row.reported === row.pass,
    ...(isRunning && { progress: progressOf(row, chunk) }),
  });
}

/** Returns imports as rows, with the names of those who started them. */
export async function withInviters(organization: ID.ID<"organization">, rows: readonly Item[]): Promise<Item[]> {
  const starters = rows.map(({ by }) => (ID.is("account", by) ? by : undefined));
  const names = await namesOf(organization, starters);
  return rows.map((row, i) => {
    const account = starters[i];
    if (!account) return row;
    const name = names.get(account);
    return { ...row, invitedBy: { account, ...(name !== undefined && { name }) } };
  });
}

/** The same with the current progress. */
export async function describeNow(
  organization: ID.ID<"organization">,
  row: Item,
  mails: ImportMailsRow | undefined,
): Promise<Info> {
  let current: Item | undefined = row;
  for (let look = 1; ; look++) {
    const isRunning = current.state === "running";
    const [[named], chunk] = await Promise.all([
      withInviters(organization, [current]),
      isRunning ? table.get(Keys.chunk(current.sk as ID.ID<"import">, Number(current.chunk))) : undefined,
    ]);
    const isSettled = chunk === undefined || chunk.state !== "closed" || look === looks;
    if (isSettled) return describe(named ?? current, mails, chunk);
    current = (await table.get(Keys.import(organization, row.sk as ID.ID<"import">))) ?? current;
  }
}

type Counts = Partial<Record<Outcome, number>>;

function sum(one: Counts, other: Counts): Counts {
  const names = Object.keys({ ...one, ...other }) as Outcome[];
  const sums = names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)] as const);
  return Object.fromEntries(sums.filter(([, count]) => count !== 0));
}

/** Measured over this pass, by the bytes already read. */
function progressOf(row: Item, chunk: Item | undefined) {
  const [bytes, behind, walked] = [Number(row.bytes), Number(row.offset), Number(row.walked)];
  const { reader, next } = (chunk ?? {}) as { reader?: { offset: number; row: number }; next?: { offset: number } };
  const isOpen = chunk?.state === "open" && reader && next;
  const rows = isOpen ? Number(chunk.at) - reader.row : 0;
  const part = isOpen ? (rows / Math.max(1, Number(chunk.to) - reader.row)) * (next.offset - reader.offset) : 0;
  const done = bytes > 0 ? Math.min(1, Math.max(0, (behind + part) / bytes)) : 0;
  const seconds = Math.max(0.001, (now().getTime() - Date.parse(String(row.startedAt))) / 1000);
  const isTelling = done > 0 && seconds >= 1;
  return {
    done: Math.round(done * 1000) / 1000,
    rate: isTelling ? Math.round((walked + rows) / seconds) : 0,
    ...(isTelling && { secondsLeft: Math.round((seconds / done) * (1 - done)) }),
  };
}
