import * as v from "valibot";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { roles } from "../base/role.ts";
import { Integer } from "../base/shape.ts";
import type { System } from "../kernel/actor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { queryAll } from "../kernel/merged-query.ts";
import { instant, queues, table } from "../kernel/ports.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import type { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Windows from "../rate/windows.ts";
import * as Seat from "../seat/seat.ts";
import { absent, all, check, equal, keyOf, lacks, type Position, update, when } from "../table/table.ts";
import { end, together } from "./end.ts";
import { InvitationInviterChanged } from "./events.ts";
import * as Invitation from "./invitation.ts";
import { listsIn, readListsIn } from "./invitation.ts";
import { maxPreviewed, rowsPerWrite, writesPerMessage } from "./limits.ts";
import { unitsOfMany } from "./list.ts";
import type { AddressRow, PendingRow } from "./row.ts";
import { revocationReasons } from "./shape.ts";

// What somebody sent, once they may no longer give its role: because they left, or have a lower role.

// Shapes

const Account = ID.schema("account");
export const RevokeSent = v.strictObject({
  job: v.literal("revokeSent"),
  organization: ID.schema("organization"),
  by: Account,
  /** True if they left or were removed, so that what they sent before a return ends as well. */
  hasLeft: v.optional(v.boolean()),
  /** The account that takes over the invitations that it may give itself, in place of revoking them. */
  keepFor: v.optional(Account),
  start: v.optional(v.record(v.string(), v.string())),
});
export type RevokeSent = v.InferOutput<typeof RevokeSent>;

/** The pending invitations of a member that end. */
export const Preview = v.object({
  /** The number that can no longer be accepted, and are revoked. */
  revoked: Integer,
  /** The number of them that you may keep, with you as their inviter. */
  keepable: Integer,
  /** True if all were looked at. If not, there may be more. */
  isComplete: v.boolean(),
});

// Failures

const refusals = [
  ...Object.values(Invitation.failures),
  Seat.failures.organizationMissing,
  memberFailures.changed,
  Event.failures.repeated,
];

// Functions

/** Returns how many pending invitations of a member end if they are removed, or get another role. */
export const previewRevocation = fn(
  "invitation.previewRevocation",
  {
    input: v.strictObject({
      account: Account,
      /** The role that they would get. Without it, they would be removed. */
      role: v.optional(v.picklist(roles)),
    }),
    output: Preview,
    failures: [memberFailures.missing, Windows.failures.limited],
    reads: ({ account }, { organization }) => [
      organizationKeys.organization(organization),
      memberKeys.member(organization, account),
    ],
  },
  async ({ account, role }, actor, [organizationRow, member]) => {
    if (!member) throw memberFailures.missing();
    // threat: previews of what is revoked are not counted
    await Windows.takeReads(unitsOfMany, actor);
    const { organization } = actor;
    const query = { prefix: "p#", limit: maxPreviewed };
    const { items, next } = await queryAll(listsIn(organization, organizationRow), query);
    const sent = items.filter(({ by }) => by === account);
    const ends = sent.filter((row) => !role || !mayGive({ role }, row));
    // with their own role, the caller loses the same right
    const kept = role && account !== actor.account ? ends.filter((row) => mayGive(actor, row)) : [];
    return { revoked: ends.length, keepable: kept.length, isComplete: next === undefined };
  },
);

/**
 * Revokes what somebody sent and may no longer give: all of it if they left, what is above their role if they are still
 * a member. What another member takes over stays, and so does what they sent since a return. Can be repeated.
 */
export const revokeSent = fn(
  "invitation.revokeSent",
  { input: RevokeSent, output: v.object({ revoked: v.number(), kept: v.number() }), failures: refusals },
  async (job, actor) => {
    const { organization, by, hasLeft = false, keepFor, start } = job;
    const now = instant();
    const member = await table.get(memberKeys.member(organization, by));
    const keeper = member && keepFor && (await table.get(memberKeys.member(organization, keepFor)));
    const isLost = (row: AddressRow): row is PendingRow => Invitation.isPending(row) && row.by === by && isPast(row);
    // threat: a demoted sender's invitations stay, and hold their seats
    const isPast = (row: PendingRow) => isBefore(row) || (member !== undefined && !mayGive(member, row));
    // after a change of roles they may be the inviter of what others sent before they joined
    // threat: an invitation that somebody sent since they joined again is revoked
    // threat: a change of roles revokes what somebody took over from others
    const isBefore = (row: PendingRow) => (member ? hasLeft && givenAt(row) < member.joinedAt : givenAt(row) <= now);
    // threat: somebody keeps invitations that they may not give
    const isKept = (row: PendingRow) => keeper !== undefined && !isBefore(row) && mayGive(keeper, row);
    const lists = await readListsIn(organization);
    const range = { prefix: "p#", limit: rowsPerWrite };
    let [revoked, kept] = [0, 0];
    let next: Position | undefined = start;
    for (let reads = 0; reads < writesPerMessage; reads++) {
      const page = await queryAll(lists, { ...range, start: next });
      const listed = page.items.filter((row) => row.by === by);
      const found = await table.getMany(listed.map(keyOf));
      const lost = found.filter((row) => row !== undefined).filter(isLost);
      if (keeper) kept += await keep(lost.filter(isKept), { by, keeper, isStill: isLost, actor });
      for (const reason of revocationReasons) {
        const isFor = (row: PendingRow) => !isKept(row) && (reason === "inviter_left") === isBefore(row);
        revoked += await end(organization, lost.filter(isFor), {
          state: "revoked",
          actor,
          cause: { from: by, reason },
          // threat: an invitation that another person has since resent is revoked
          only: asGiven,
          also: [check(memberKeys.member(organization, by), sameMembership(member))],
          isStill: isLost,
        });
      }
      next = page.next;
      if (!next) return { revoked, kept };
    }
    await queues.send("work", [{ ...job, start: next }]);
    return { revoked, kept };
  },
);

// threat: a returned member loses an older invitation that they have taken over
/** Returns the time since which its inviter is that: later than its email, if they took it over. */
const givenAt = ({ sentAt, byAt = "" }: PendingRow) => (byAt > sentAt ? byAt : sentAt);

/** Holds if nobody has become its inviter since it was read, not even the same account after a return. */
const asGiven = ({ by, byAt, sentAt }: PendingRow) =>
  // threat: an invitation that its inviter took over a moment ago is revoked
  // threat: an invitation that its inviter sent again a moment ago is revoked
  all(equal("by", by), equal("sentAt", sentAt), byAt === undefined ? lacks("byAt") : equal("byAt", byAt));

/** Holds if the account is a member as it was read: in the same membership, with the same role; or still none. */
const sameMembership = (member: MemberRow | undefined) =>
  // threat: invitations are revoked by a role that is no longer the one of their inviter
  when(member ? all(equal("joinedAt", member.joinedAt), equal("role", member.role)) : absent, memberFailures.changed);

const mayGive = ({ role }: Pick<MemberRow, "role">, row: AddressRow) => canGrant(role, row.role);

type Keeping = { by: ID.ID<"account">; keeper: MemberRow; isStill: (row: PendingRow) => boolean; actor: System };

/** Gives them another inviter, as long as that one has the role to give them. Their links and seats stay as they are. */
function keep(rows: readonly PendingRow[], { by, keeper, isStill, actor }: Keeping): Promise<number> {
  const { pk: to, sk: organization, role } = keeper;
  const byAt = instant();
  return together(rows, isStill, (left) => [
    ...left.map((row) => {
      // threat: somebody takes over an invitation that another has just changed
      const asRead = all(equal("state", "pending"), equal("by", by), equal("role", row.role));
      // threat: an invitation that is kept says nothing of when
      return update(keyOf(row), { set: { by: to, byAt } }, when(asRead, Invitation.refusalNow));
    }),
    // threat: somebody keeps invitations of a role that they have just lost
    check(keyOf(keeper), when(equal("role", role), memberFailures.changed)),
    InvitationInviterChanged.record(
      organization,
      { invitations: left.map(({ pk }) => Invitation.idOf(pk)), from: by, to },
      actor,
    ),
  ]);
}
