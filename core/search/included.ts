import { isDeepStrictEqual } from "node:util";
import type * as ID from "../base/id.ts";
import { use } from "../kernel/context.ts";
import { pause, table } from "../kernel/ports.ts";
import { maxWaitSeconds, type Position, read } from "../kernel/position.ts";
import type { MemberRow } from "../member/row.ts";
import { Keys } from "../table/keys.ts";
import { keyOf } from "../table/table.ts";
import { terms } from "./search.ts";

const stepMs = 40;

type Organization = ID.ID<"organization">;
/** Accounts of the position that are no members any more. A list that lags may still have them. */
export type Gone = ReadonlySet<ID.ID<"account">>;

/**
 * Waits until lists include what a request wrote: its event is in the log, and its members are found and listed as they
 * are stored. After two seconds it waits no longer, and the answer says so.
 */
export async function include(organization: Organization, after: string | undefined): Promise<Gone> {
  if (after === undefined) return new Set();
  const wanted = read(after);
  const { position = { written: [] } } = use();
  for (let waited = 0; ; waited += stepMs) {
    const rows = await membersOf(organization, wanted);
    const gone = new Set(wanted.accounts.filter((_, i) => rows[i] === undefined));
    const there = rows.filter((row) => row !== undefined);
    position.isIncluded = await isIncluded(organization, wanted, there);
    if (position.isIncluded || waited >= maxWaitSeconds * 1000) return gone;
    await pause(stepMs);
  }
}

const membersOf = (organization: Organization, { accounts }: Position) =>
  table.getMany(accounts.map((account) => Keys.member(organization, account)));

async function isIncluded(organization: Organization, { event }: Position, members: MemberRow[]): Promise<boolean> {
  const wanted = members.flatMap(terms);
  const [waiting, found] = await Promise.all([
    table.get(Keys.event(organization, event)),
    table.getMany(wanted.map(({ pk, sk }) => ({ pk, sk }))),
  ]);
  if (waiting || !wanted.every((row, i) => isDeepStrictEqual(row, found[i]))) return false;
  return (await Promise.all(members.map(isListed))).every(Boolean);
}

/** Returns whether the list by name shows a member as stored. */
async function isListed(row: MemberRow): Promise<boolean> {
  const { list, rank, role, name, teams } = row as MemberRow & { list: string; rank: string };
  const { items } = await table.query<MemberRow>({ list, prefix: rank });
  const listed = items.find((one) => isDeepStrictEqual(keyOf(one), keyOf(row)));
  return listed !== undefined && isDeepStrictEqual([listed.role, listed.name, listed.teams], [role, name, teams]);
}
