import { isDeepStrictEqual } from "node:util";
import type * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { AddressRow } from "../invitation/row.ts";
import type { Member } from "../kernel/actor.ts";
import { use } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { now, pause, table } from "../kernel/ports.ts";
import { maxWaitSeconds, type Position, read } from "../kernel/position.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import * as Windows from "../rate/windows.ts";
import { keyOf } from "../table/table.ts";
import { terms } from "./search.ts";

/** Pauses of a read before it looks again. They grow, because each look costs read units. */
const pausesMs = [50, 100, 200, 400, 600, 650];

type Organization = ID.ID<"organization">;
type Account = ID.ID<"account">;
type Address = ID.ID<"address">;
/** Accounts of the position that are no members any more, and addresses in no list. A list that lags may have them. */
export type Gone = ReadonlySet<Account | Address>;

/** The part of a position that still has to be looked for, and the search rows of it that were found. */
type Missing = {
  event: Position["event"] | undefined;
  accounts: Account[];
  addresses: Address[];
  found: Set<string>;
};

/**
 * Waits until lists include what a request wrote: its event is in the log, and its members and invitations are found
 * and listed as they are stored. After two seconds it waits no longer, and the answer says so.
 * `others` says whether what only this list needs is there. A position of many rows counts toward the budget of reads.
 * @throws rate.limited
 */
export async function include(
  organization: Organization,
  after: string | undefined,
  others?: () => Promise<boolean>,
): Promise<Gone> {
  const gone = new Set<Account | Address>();
  if (after === undefined) return gone;
  const { position: shown = { written: [] }, actor } = use();
  const deadline = now().getTime() + maxWaitSeconds * 1000;
  const position = read(after);
  await Windows.takeReads(unitsOf(position), actor as Member);
  const missing: Missing = { ...position, found: new Set() };
  for (const ms of [...pausesMs, 0]) {
    const [areThere = true] = await Promise.all([others?.(), look(organization, missing, gone)]);
    const { event, accounts, addresses } = missing;
    // threat: rows that only one list needs are not waited for
    shown.isIncluded = areThere && event === undefined && accounts.length === 0 && addresses.length === 0;
    const left = deadline - now().getTime();
    // threat: a read waits for a change forever
    if (shown.isIncluded || ms === 0 || left <= 0) break;
    await pause(Math.min(ms, left));
  }
  return gone;
}

/** About what one look takes, in read units: the rows themselves, those of the search, and the places in the index. */
const unitsOf = ({ accounts, addresses, updates }: Position) =>
  10 * accounts.length + 2 * addresses.length + 20 * updates.length;

/** Looks for what is missing, and only for that: takes out what is included by now. */
async function look(organization: Organization, missing: Missing, gone: Set<Account | Address>): Promise<void> {
  const { event, accounts, addresses, found } = missing;
  const [waiting, memberRows, addressRows] = await Promise.all([
    event && table.get(kernelKeys.event(organization, event)),
    table.getMany(accounts.map((account) => memberKeys.member(organization, account))),
    table.getMany(addresses.map((address) => invitationKeys.addressIn(organization, address))),
  ]);
  // threat: a list is said to include a change that is not in the log
  if (!waiting) missing.event = undefined;
  for (const [i, account] of accounts.entries()) if (!memberRows[i]) gone.add(account);
  // threat: an index that lags shows an invitation that is none anymore
  for (const [i, address] of addresses.entries()) if (addressRows[i]?.list === undefined) gone.add(address);
  const members = memberRows.filter((row) => row !== undefined);
  const listed = addressRows.filter((row) => row?.list !== undefined) as Listed<AddressRow>[];
  await findAll(members, found);
  const areIn = members.map(async (row) => isFound(row, found) && (await isListed(row as Listed<MemberRow>)));
  const [isIn, isShown] = await Promise.all([Promise.all(areIn), Promise.all(listed.map(isListed))]);
  // threat: a read looks again at everything that it found
  missing.accounts = members.filter((_, i) => !isIn[i]).map(({ pk }) => pk);
  // threat: a list is read before the index has the invitation
  missing.addresses = listed.filter((_, i) => !isShown[i]).map(({ pk }) => pk);
}

/** Adds the search rows that are as these members need them. */
async function findAll(members: MemberRow[], found: Set<string>): Promise<void> {
  // threat: each look reads all search rows of a change again
  const wanted = members.flatMap(terms).filter((row) => !found.has(textOf(row)));
  const there = await table.getMany(wanted.map(keyOf));
  // threat: a list is said to include a change that search does not find
  for (const [i, row] of wanted.entries()) if (isDeepStrictEqual(row, there[i])) found.add(textOf(row));
}

const isFound = (member: MemberRow, found: ReadonlySet<string>) => terms(member).every((row) => found.has(textOf(row)));

/** A search row as a text: what it holds counts, not only where it is. */
const textOf = (row: ReturnType<typeof terms>[number]) => JSON.stringify(row);

type Listed<R extends MemberRow | AddressRow> = R & { list: string; rank: string };

/** Returns whether the list of the index shows a row as it is stored. */
async function isListed(row: Listed<MemberRow> | Listed<AddressRow>): Promise<boolean> {
  const { items } = await table.query<Listed<MemberRow | AddressRow>>({ list: row.list, prefix: row.rank });
  const listed = items.find((one) => isDeepStrictEqual(keyOf(one), keyOf(row)));
  return listed !== undefined && isDeepStrictEqual(shown(listed), shown(row));
}

/** Returns what lists show of a row and a request changes. The state of an email follows without one. */
const shown = ({ rank, role, name, teams, ...row }: Listed<MemberRow | AddressRow>) =>
  // threat: a list is read before the index has the new role
  "state" in row ? [rank, role, name, teams, row.state, row.by] : [rank, role, name, teams];
