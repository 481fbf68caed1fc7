import type { ID } from "../base/id.ts";
import { deviceKeys } from "../device/keys.ts";
import * as Invitation from "../invitation/invitation.ts";
import { readListsIn } from "../invitation/invitation.ts";
import type { PendingRow } from "../invitation/row.ts";
import { queryAll } from "../kernel/merged-query.ts";
import { table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { all, any, atMost, equal, keyOf, lacks, not, type Position } from "../table/table.ts";
import { rowsPerRead } from "./limits.ts";

// Finds unused seats. Members leave the set of a day with a request of theirs or of a device, and never come back: who joins
// later, is an owner no longer, or loses a device after that day is not in it.

type Organization = ID<"organization">;
type Page<R> = { items: R[]; next: Position | undefined };

// threat: owners are found as unused, and removed
/** Holds, as far as the index knows, for members, except owners, whose last request was on this day or before it. */
const isIdle = (inactiveSince: string) => all(atMost("activeOn", inactiveSince), not(equal("role", "owner")));

/** Holds for those whose seats were not in use otherwise since then, either. */
export const isUnused = (inactiveSince: string) =>
  // threat: a member whose device ends at the last moment is removed
  all(isIdle(inactiveSince), any(lacks("inUseUntil"), atMost("inUseUntil", inactiveSince)));

/** Returns whether this holds, and no device of theirs is in use. */
export async function isUnusedBy(row: MemberRow, inactiveSince: string): Promise<boolean> {
  const { role, activeOn, inUseUntil = "" } = row;
  if (role === "owner" || activeOn > inactiveSince || inUseUntil > inactiveSince) return false;
  return !(await usesDevice(row, inactiveSince));
}

/** Returns some of the members whose seats are unused, by name. */
export async function unusedMembers(
  organization: Organization,
  inactiveSince: string,
  start: Position | undefined,
): Promise<Page<MemberRow>> {
  const list = memberKeys.members(organization);
  const { items, next } = await table.query({ list, limit: rowsPerRead, start, filter: isIdle(inactiveSince) });
  const found = items.length > 0 ? await table.getMany(items.map((row) => keyOf<MemberRow>(row))) : [];
  const rows = found.filter((row) => row !== undefined);
  const isFound = await Promise.all(rows.map((row) => isUnusedBy(row, inactiveSince)));
  // threat: a member whose device is in use is found as unused
  return { items: rows.filter((_, i) => isFound[i]), next };
}

/**
 * Returns whether a device of theirs was in contact after this day. Its requests are none of the member's. When it ends, the
 * member's row says until when it was.
 */
async function usesDevice({ pk, sk, devices }: MemberRow, inactiveSince: string): Promise<boolean> {
  if (devices === 0) return false;
  const found = await rowsOf({ ...deviceKeys.devicesOf(pk), consistent: true });
  return found.some(
    // threat: a device of another organization keeps a seat in use
    // threat: a device that only has to wipe itself keeps a seat in use
    ({ organization, contactAt, wipe }) => !wipe && organization === sk && contactAt.slice(0, 10) > inactiveSince,
  );
}

/** Returns some of the pending invitations, except of owners, whose last email was sent then or before. */
export async function heldInvitations(
  organization: Organization,
  sentUntil: string,
  start: Position | undefined,
): Promise<Page<PendingRow>> {
  const lists = await readListsIn(organization);
  const { items, next } = await queryAll(lists, { prefix: "p#", limit: rowsPerRead, start });
  const found = items.length > 0 ? await table.getMany(items.map(keyOf)) : [];
  return { items: found.filter(Invitation.isPending).filter((row) => isHeld(row, sentUntil)), next };
}

export const isHeld = ({ role, sentAt }: PendingRow, sentUntil: string): boolean =>
  // threat: an invitation that was sent again is revoked as unused
  // threat: an owner's invitation is revoked as unused
  role !== "owner" && sentAt <= sentUntil;
