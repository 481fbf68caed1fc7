import { daySeconds, hourSeconds } from "../base/duration.ts";
import type * as ID from "../base/id.ts";
import { maxShards, rowsPerShard, shardsIn } from "../invitation/invitation.ts";
import { lapsedAmong } from "../invitation/judge.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { due } from "../invitation/steps.ts";
import type { Actor } from "../kernel/actor.ts";
import { instant, table } from "../kernel/ports.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { isTrusted } from "../seat/trust.ts";
import { all, equal, lacks, remove, type Step, update, when } from "../table/table.ts";
import { idsOf } from "../team/names.ts";
import { type Chunk, type ChunkInput, changed, wantedIn } from "./chunk-input.ts";
import { chunkStep } from "./chunk-step.ts";
import { countsOf, ending, failures, isRunning, listed, moving, type Place, stopOf } from "./import.ts";
import { importKeys } from "./keys.ts";
import type { Outcome } from "./outcome.ts";
import { type Counter, counterOf, type ImportRow, type StartedRow } from "./row.ts";
import type { Ending, Reason, Stop } from "./shape.ts";
import { addressOf, chunkNumber, moveOn, stepping, wantedOf, windowOf } from "./step.ts";

/** Invitations of a chunk expire together. After a longer delay their expiration is computed again. */
const renewSeconds = hourSeconds;

/** Everything that processing a chunk needs, as it was read. */
export type Work = {
  place: Place;
  row: StartedRow;
  chunk: Chunk;
  organizationRow: OrganizationRow;
  member: MemberRow | undefined;
  actor: Actor;
};

// Each of these is one write that is guarded by the chunk's state, so concurrent workers do no harm.

/** Takes as many of the chunk's seats as are available, and sets when its invitations expire. */
export async function open(work: Work, part: ChunkInput): Promise<Work> {
  const { place, row, chunk, organizationRow } = work;
  const { organization, id } = place;
  const stop = stopFor(work);
  const wanted = stop ? 0 : wantedIn(part, chunk);
  const { seats, mails } = Seat.roomFor(organizationRow, Math.min(wanted, await leftOf(row.by, organizationRow)));
  const { lifetimeDays, openedAt, expiresAt } = termOf(row);
  const set = {
    state: "open" as const,
    next: part.next,
    at: chunk.reader.row,
    to: part.next.row,
    held: seats,
    openedAt,
    expiresAt,
    ...(mails !== undefined && {
      mails,
      day: openedAt.slice(0, 10),
    }),
  };
  const isNew = all(equal("state", "new"), equal("pass", chunk.pass));
  const taken = seats > 0 || (mails ?? 0) > 0;
  // threat: a large import writes into one partition of the index
  const divides = rowsAbout(row, chunk, part) > rowsPerShard && shardsIn(organizationRow) < maxShards;
  await table.write(
    update(importKeys.chunk(id, chunkNumber(chunk)), { set }, when(isNew, failures.moved)),
    ...(taken
      ? [
          Seat.take(organization, organizationRow, { seats, mails: mails ?? 0, ...(divides && { parts: maxShards }) })
            .step,
        ]
      : []),
    // threat: imports of free organizations do not count for their account
    ...Seat.takeOfSender(row.by, organizationRow, mails ?? 0),
    ...(wanted > 0 ? [due(organization, expiresAt, lifetimeDays)] : []),
  );
  return { ...work, chunk: changed(chunk, { set }) };
}

/** Returns how many more invitations the account of an import may send today. */
const leftOf = async (account: ID.ID<"account">, organizationRow: OrganizationRow) =>
  isTrusted(organizationRow)
    ? Number.POSITIVE_INFINITY
    : Seat.senderLeft(account, organizationRow, await table.get(Seat.senderKeyOf(account)));

/** Estimates the number of rows of the file from the length of this chunk's rows. */
function rowsAbout({ bytes }: StartedRow, { reader }: Chunk, { rows, next }: ChunkInput): number {
  const bytesOfChunk = Math.max(1, next.offset - reader.offset);
  return (rows.length * bytes) / bytesOfChunk;
}

/** Invites the next of the chunk's rows, and stores their outcomes. */
export async function step(work: Work, part: ChunkInput): Promise<Work> {
  const { place, row, chunk, actor } = work;
  const { organization, id } = place;
  if (chunk.openedAt <= instant(-renewSeconds)) return renew(work);
  const known = stopOf(row);
  const window = windowOf(part, chunk, known);
  if (!window) return skip(work);
  const addresses = known ? [] : wantedOf(window).flatMap((one) => addressOf(one) ?? []);
  const [now, organizationRow, member, ...rows] = await table.getMany([
    importKeys.import(organization, id),
    organizationKeys.organization(organization),
    memberKeys.member(organization, row.by),
    ...addresses.map((address) => invitationKeys.addressIn(organization, address)),
  ]);
  if (!organizationRow || !isRunning(now) || now.pass !== row.pass) throw failures.moved();
  const stop = stopFor({ row: now, organizationRow, member });
  if (stop !== stopOf(now)) await table.write(moving(place, now, { set: { stop } }, lacks("stop")));
  const found = new Map(addresses.map((address, i) => [address, rows[i]]));
  const named = stop ? [] : window.rows.flatMap((one) => ("code" in one ? [] : (one.teams ?? [])));
  const look = {
    row: now,
    organizationRow,
    giver: member?.role ?? ("read" as const),
    found,
    // threat: an import takes an invitation that nobody can accept for one
    lapsed: await lapsedAmong(organization, rows),
    stop,
    teams: await idsOf(organization, named),
  };
  const seen = stop && !known ? windowOf(part, chunk, stop) : window;
  const after = { ...work, row: { ...now, ...(stop && { stop }) }, organizationRow, member };
  if (!seen) return skip(after);
  const { steps, change, block } = stepping(place, chunk, seen, look, actor);
  await table.write(...steps);
  part.outcomeBlocks = part.outcomeBlocks.map((one) => (one.after === block.after ? block : one));
  return { ...after, chunk: changed(chunk, change) };
}

/** Skips rows that a later pass does not need to process. */
async function skip(work: Work): Promise<Work> {
  const { place, chunk } = work;
  const change = { set: { at: chunk.to } };
  await table.write(moveOn(place, chunk, change));
  return { ...work, chunk: changed(chunk, change) };
}

/** From now on, for as long as the import's invitations last. */
function termOf({ lifetimeDays }: ImportRow) {
  return { lifetimeDays, openedAt: instant(), expiresAt: instant(lifetimeDays * daySeconds) };
}

async function renew(work: Work): Promise<Work> {
  const { place, row, chunk } = work;
  const { organization, id } = place;
  const { lifetimeDays, openedAt, expiresAt } = termOf(row);
  await table.write(
    update(importKeys.chunk(id, chunkNumber(chunk)), { set: { openedAt, expiresAt } }),
    due(organization, expiresAt, lifetimeDays),
  );
  return { ...work, chunk: changed(chunk, { set: { openedAt, expiresAt } }) };
}

/** Gives back the chunk's unused seats, adds its counts to the import, and starts the next chunk or the end. */
export async function close(work: Work): Promise<undefined> {
  const { place, row, chunk } = work;
  const number = chunkNumber(chunk);
  const { next = chunk.reader } = chunk;
  if (next.end) return end(work, endOf(row, chunk));
  const counts = countsIn(chunk);
  const set = { chunk: number + 1, offset: next.offset, walked: next.row, stalls: 0, ...listed(place) };
  await table.write(
    ...closing(work),
    moving(place, row, { set, add: counts }, equal("chunk", number)),
    chunkStep(place.id, { number: number + 1, pass: chunk.pass, reader: next }),
  );
}

/** Ends the import with this chunk, before any later ones. */
export async function end(
  work: Work,
  { state, reason }: { state: Ending; reason?: Reason | undefined },
): Promise<undefined> {
  const { place, row, chunk, actor } = work;
  const own = when(equal("import", place.id), failures.moved);
  const { next = chunk.reader } = chunk;
  const here = equal("chunk", chunkNumber(chunk));
  const ended = { state, reason, add: countsIn(chunk), set: { offset: next.offset, walked: next.row } };
  await table.write(
    ...closing(work),
    ...ending(place, row, ended, actor, here),
    remove(importKeys.importing(place.organization), own),
  );
}

/** Closes the chunk as it was read, and gives its seats back. */
function closing({ place: { organization, id }, row, chunk, organizationRow }: Work): Step[] {
  const { held, mails = 0, day } = chunk;
  const here = all(
    equal("state", chunk.state),
    equal("pass", chunk.pass),
    ...(chunk.state === "open" ? [equal("at", chunk.at)] : []),
  );
  const unset = ["held", "mails", "day", ...(Object.keys(countsIn(chunk)) as Counter[])] as const;
  return [
    update(importKeys.chunk(id, chunkNumber(chunk)), { set: { state: "closed" }, unset }, when(here, failures.moved)),
    ...Seat.giveBack(organization, organizationRow, { seats: held, mails, day }),
    // threat: invitations that an import did not send use up the limit of its account
    ...Seat.giveBackToSender(row.by, { mails, day }),
  ];
}

const countsIn = (chunk: Chunk): { [C in Counter]?: number } =>
  Object.fromEntries(Object.entries(countsOf(chunk)).map(([outcome, by]) => [counterOf(outcome as Outcome), by]));

/** A cancellation that came too late to stop anything is ignored. */
function endOf(row: ImportRow, chunk: Chunk): { state: Ending; reason?: Reason } {
  const stop = stopOf(row);
  const stopped = stop && chunk.pass === 1 ? (row[counterOf(stop)] ?? 0) + (chunk[counterOf(stop)] ?? 0) : 1;
  if (!stop || stopped === 0) return { state: "done" };
  return { state: stop === "canceled" ? "canceled" : "failed", reason: stop };
}

/**
 * Returns why nobody else is invited: the import was canceled, its account may no longer invite, or the organization
 * may not grow.
 */
function stopFor({ row, organizationRow, member }: Pick<Work, "row" | "organizationRow" | "member">): Stop | undefined {
  if (row.stop !== undefined) return stopOf(row);
  // threat: an organization that may not grow imports
  if (!organizationRow?.growth) return "frozen";
  // threat: an import continues for somebody who may no longer invite
  return member?.role === "owner" || member?.role === "admin" ? undefined : "inviter_unauthorized";
}
