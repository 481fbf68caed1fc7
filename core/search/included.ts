import { isDeepStrictEqual } from "node:util";
import type * as ID from "../base/id.ts";
import { use } from "../kernel/context.ts";
import { now, pause, table } from "../kernel/ports.ts";
import { maxWaitSeconds, type Position, read } from "../kernel/position.ts";
import type { MemberRow } from "../member/row.ts";
import { Keys } from "../table/keys.ts";
import { keyOf } from "../table/table.ts";
import { terms } from "./search.ts";

/** How long a read waits before it looks again. They grow, because each look costs read units. */
const pausesMs = [50, 100, 200, 400, 600, 650];

type Organization = ID.ID<"organization">;
type Account = ID.ID<"account">;
/** Accounts of the position that are no members any more. A list that lags may still have them. */
export type Gone = ReadonlySet<Account>;

/** What a position still has to be looked for, and the search rows of it that were found. */
type Missing = { event: Position["event"] | undefined; accounts: Account[]; found: Set<string> };

/**
 * Waits until lists include what a request wrote: its event is in the log, and its members are found and listed as they
 * are stored. After two seconds it waits no longer, and the answer says so.
 */
export async function include(organization: Organization, after: string | undefined): Promise<Gone> {
  const gone = new Set<Account>();
  if (after === undefined) return gone;
  const { position = { written: [] } } = use();
  const deadline = now().getTime() + maxWaitSeconds * 1000;
  const wanted = read(after);
  const missing: Missing = { event: wanted.event, accounts: [...new Set(wanted.accounts)], found: new Set() };
  for (const ms of [...pausesMs, 0]) {
    await look(organization, missing, gone);
    position.isIncluded = missing.event === undefined && missing.accounts.length === 0;
    const left = deadline - now().getTime();
    if (position.isIncluded || ms === 0 || left <= 0) break;
    await pause(Math.min(ms, left));
  }
  return gone;
}

/** Looks for what is missing, and only for that: takes out what is included by now. */
async function look(organization: Organization, missing: Missing, gone: Set<Account>): Promise<void> {
  const { event, accounts, found } = missing;
  const [waiting, rows] = await Promise.all([
    event && table.get(Keys.event(organization, event)),
    table.getMany(accounts.map((account) => Keys.member(organization, account))),
  ]);
  if (!waiting) missing.event = undefined;
  for (const [i, account] of accounts.entries()) if (!rows[i]) gone.add(account);
  const members = rows.filter((row) => row !== undefined);
  await findAll(members, found);
  const isIn = await Promise.all(members.map(async (row) => isFound(row, found) && (await isListed(row))));
  missing.accounts = members.filter((_, i) => !isIn[i]).map(({ pk }) => pk);
}

/** Adds the search rows that are as these members need them. */
async function findAll(members: MemberRow[], found: Set<string>): Promise<void> {
  const wanted = members.flatMap(terms).filter((row) => !found.has(textOf(row)));
  const there = await table.getMany(wanted.map(keyOf));
  for (const [i, row] of wanted.entries()) if (isDeepStrictEqual(row, there[i])) found.add(textOf(row));
}

const isFound = (member: MemberRow, found: ReadonlySet<string>) => terms(member).every((row) => found.has(textOf(row)));

/** A search row as a text: what it holds counts, not only where it is. */
const textOf = (row: ReturnType<typeof terms>[number]) => JSON.stringify(row);

/** Returns whether the list by name shows a member as stored. */
async function isListed(row: MemberRow): Promise<boolean> {
  const { list, rank, role, name, teams } = row as MemberRow & { list: string; rank: string };
  const { items } = await table.query<MemberRow>({ list, prefix: rank });
  const listed = items.find((one) => isDeepStrictEqual(keyOf(one), keyOf(row)));
  return listed !== undefined && isDeepStrictEqual([listed.role, listed.name, listed.teams], [role, name, teams]);
}
