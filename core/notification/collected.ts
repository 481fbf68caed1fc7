import type * as ID from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { pagesOf, rowsOfEach } from "../kernel/rows.ts";
import { type Read, read, readAll } from "../kernel/stored.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { all, equal, present, update, when } from "../table/table.ts";
import { teamKeys } from "../team/keys.ts";
import { mutedOf, titlesOf } from "./about.ts";
import { waiting } from "./digest.ts";
import { isRead } from "./inbox.ts";
import { notificationKeys } from "./keys.ts";
import { digestSize, lookBackMs } from "./limits.ts";
import { describe, type Info } from "./list.ts";
import { isMutable, wayOf } from "./preference.ts";
import { InboxRow, NotificationRow } from "./row.ts";
import { failures } from "./write.ts";

// What waits for a daily digest. A notification says which digest has it, so that no other one tells it again.

const rowsPerRead = 100;

type Account = ID.ID<"account">;
type Row = Read<typeof NotificationRow>;
/** A notification that waits, as it is shown, with the name of the team that its update is for. */
export type Collected = { info: Info; team?: string | undefined; digest: string };

/** Returns true if the email of another digest was not sent, so that this one tells what that has taken. */
type IsUnsent = (digest: { mail?: string | undefined; delivery?: string | undefined }) => boolean;

// Functions

/**
 * Returns what the digest of a day may tell now, newest first: what nobody has read, deleted or turned off, and the
 * reader still sees.
 */
export async function collected(account: Account, day: string, at: number, isUnsent: IsUnsent): Promise<Collected[]> {
  const [rows, inboxRow] = await Promise.all([
    rowsFor(account, day, at, isUnsent),
    table.get(notificationKeys.inbox(account)),
  ]);
  const inbox = inboxRow && read(InboxRow, inboxRow);
  // threat: a digest tells what was read
  const unread = rows.filter((row) => !isRead(row, inbox));
  const wanted = await stillWanted(account, unread);
  const [titles, teams] = await Promise.all([titlesOf(wanted), namesOfTeams(wanted)]);
  // threat: a digest tells what the reader no longer sees
  return wanted
    .filter(({ update: id, sk }) => id === undefined || titles.has(sk))
    .map((row) => ({
      info: describe(row, { inbox, title: titles.get(row.sk) }),
      team: row.team && teams.get(row.team),
      digest: String(row.digest),
    }));
}

/** Takes these for the digest of a day. Returns those that no other digest has taken. */
export async function take(account: Account, day: string, all: readonly Collected[]): Promise<Collected[]> {
  const taken = await Promise.all(all.map((one) => takeOne(account, day, one)));
  return all.filter((_, i) => taken[i]);
}

function takeOne(account: Account, day: string, { info, digest }: Collected): Promise<boolean> {
  // threat: two digests tell one notification
  const unchanged = when(all(present, equal("digest", digest)), failures.exists);
  return writeUnless(
    failures.exists,
    update(notificationKeys.notification(account, info.id), { set: { digest: day } }, unchanged),
  );
}

/** Those that wait, and those that a digest has taken which was never sent. */
async function rowsFor(account: Account, day: string, at: number, isUnsent: IsUnsent): Promise<Row[]> {
  const open: Row[] = [];
  const isOpen = new Map([waiting, day].map((one) => [one, true]));
  const since = notificationKeys.notificationsSince(account, at - lookBackMs);
  for await (const items of pagesOf({ ...since, limit: rowsPerRead, newestFirst: true, consistent: true })) {
    const found = readAll(NotificationRow, items).filter(({ digest }) => digest !== undefined);
    const days = [...new Set(found.map(({ digest }) => String(digest)))].filter((one) => !isOpen.has(one));
    const digests = await table.getMany(days.map((one) => notificationKeys.digest(account, one)));
    // threat: a digest that was never sent loses what it had taken
    for (const [i, one] of days.entries()) isOpen.set(one, isUnsent(digests[i] ?? {}));
    // threat: told notifications take the room of waiting ones
    open.push(...found.filter(({ digest }) => isOpen.get(String(digest))));
    if (open.length >= digestSize) break;
  }
  return open.slice(0, digestSize);
}

/** Those of organizations that are open and that the account is still a member of, and wants emails of. */
async function stillWanted(account: Account, rows: readonly Row[]): Promise<Row[]> {
  const organizations = [...new Set(rows.map(({ organization }) => organization))];
  const found = await rowsOfEach(organizations, (one) => [
    organizationKeys.organization(one),
    memberKeys.member(one, account),
  ]);
  const rowsBy = new Map(organizations.map((one, i) => [one, found[i]]));
  const muted = await mutedOf(account, rows.filter(isMutable));
  return rows.filter((row) => {
    const { organization, kind } = row;
    const [organizationRow, member] = rowsBy.get(organization) ?? [];
    // threat: a digest tells comments on a muted update
    if (isMutable(row) && muted.has(row.update)) return false;
    // threat: a digest tells what a suspended or deleted organization has
    // threat: a digest comes although it was turned off
    return organizationRow?.state === "active" && member && ["email", "digest"].includes(wayOf(kind, member));
  });
}

async function namesOfTeams(rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
  const of = new Map(rows.flatMap(({ team, organization }) => (team ? [[team, organization] as const] : [])));
  const found = await table.getMany([...of].map(([team, organization]) => teamKeys.team(organization, team)));
  return new Map(found.flatMap((row) => (row ? [[row.sk, row.name] as const] : [])));
}
