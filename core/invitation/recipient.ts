import * as v from "valibot";
import * as Account from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import { ProfileRow } from "../account/row.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { shown } from "../base/row.ts";
import type { Account as Person } from "../kernel/actor.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOfEach } from "../kernel/rows.ts";
import { read, readOnly, usable } from "../kernel/stored.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { MemberRow } from "../member/row.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import * as Seat from "../seat/seat.ts";
import { above, all, type Change, equal, keyOf, type RowsOf, update, when } from "../table/table.ts";
import * as Team from "../team/names.ts";
import { InvitationAccepted } from "./events.ts";
import * as Invitation from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import * as Link from "./link.ts";
import { keysOf, type Opened, open, failures as openedFailures, outcomeOf, outcomes, refuse, Token } from "./opened.ts";
import { AddressRow, type PendingRow } from "./row.ts";

// Shapes

/** The token of an emailed link, or of an invitation in the list of those that you received. */
const Named = v.strictObject({ token: Token });
type Named = v.InferOutput<typeof Named>;

const Waiting = v.object({
  id: ID.schema("invitation"),
  /** The organization that invites. */
  organization: v.object({
    id: ID.schema("organization"),
    /** Its name. */
    name: v.string(),
  }),
  /** The role that is offered. */
  role: shown(roles),
  /** The name of the inviter. */
  invitedBy: v.optional(v.string()),
  /** The message from the inviter. */
  message: v.optional(v.string()),
  /** The time the invitation expires. */
  expiresAt: v.optional(v.string()),
});

/** An open invitation to your address. */
export const Mine = v.object({
  ...Waiting.entries,
  /** The token to accept or decline it with, the same as in the emailed link. */
  token: v.string(),
});

/** The invitation that a link leads to. */
export const Preview = v.object({
  ...Waiting.entries,
  /** The invited address. */
  email: v.string(),
  /** `open` if it can be accepted, or why it cannot. */
  outcome: shown(outcomes),
});
const Joined = v.object({
  organization: Waiting.entries.organization,
  /** Your role in it. */
  role: v.picklist(roles),
});

// Failures

export const failures = {
  wrongAccount: failure(
    "forbidden",
    "invitation.wrong_account",
    "This invitation is for another email address. Sign in with that address.",
  ),
};
// Functions

/** Returns what a link leads to. It changes nothing, so mail scanners can open it too. */
export const preview = fn(
  "invitation.preview",
  {
    input: v.strictObject({ token: Token }),
    output: Preview,
    failures: [Invitation.failures.missing],
    idempotency: "readOnly",
    reads: ({ token }) => [...keysOf(Link.read(token)), profileOf(Link.read(token)?.by)],
  },
  async ({ token }, _, [row, organizationRow, inviter, named]) => {
    const opened = await open(token, [row, organizationRow, inviter]);
    const { by, email = "" } = opened.row;
    // threat: a link names an inviter who no longer vouches for it
    const profile = by === undefined || named?.pk === by ? named : await table.get(accountKeys.profile(by));
    return { ...describe(opened, profile), email, outcome: outcomeOf(opened) };
  },
);

/** Lists the open invitations to my address, in all organizations. */
export const mine = fn(
  "invitation.mine",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Mine, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const query = { ...invitationKeys.organizationsInviting(actor.address), limit: pageSize, consistent: true };
    const { items, next } = await page(`invitation.mine ${actor.address}`, query, cursor);
    const open = items.filter((row) => usable(AddressRow, row)).filter(isPendingRow);
    const named = await rowsOfEach(open, ({ sk, by }) => [
      organizationKeys.organization(sk),
      memberKeys.member(sk, by),
      accountKeys.profile(by),
    ]);
    const found = open.flatMap((row, i) => {
      const [found, inviter, profile] = named[i] ?? [];
      const organizationRow = usable(OrganizationRow, found);
      if (!organizationRow) return [];
      return [{ row, organizationRow, inviter: usable(MemberRow, inviter), profile, attempt: row.attempt }];
    });
    const acceptable = found.filter((opened) => outcomeOf(opened) === "open");
    return {
      items: acceptable.map((opened) => ({
        ...describe(opened, opened.profile),
        token: Link.mintToken(namedBy(opened.row)),
      })),
      ...(next && { next }),
    };
  },
);

/** Accepts an invitation to my address. The seat that it held becomes mine. */
export const accept = fn(
  "invitation.accept",
  {
    input: Named,
    output: Joined,
    failures: [
      ...openedFailures,
      failures.wrongAccount,
      Account.failures.missing,
      Member.failures.exists,
      Invitation.failures.changed,
      Seat.failures.organizationMissing,
      Event.failures.repeated,
    ],
    reads: (input, actor) => [accountKeys.profile(actor.account), ...keysOf(Link.read(input.token))],
  },
  async (input, actor, [profile, ...rows]) => {
    const opened = await mineAmong(input, actor, rows);
    const { row, organizationRow } = opened;
    if (row.state === "member" && row.account === actor.account) throw Member.failures.exists();
    refuse(outcomeOf(opened));
    if (!profile) throw Account.failures.missing();
    const { pk: organization } = organizationRow;
    const { role, attempt, by } = row;
    if (attempt === undefined || by === undefined) throw Invitation.failures.missing();
    const offered = Team.teamsOf(row);
    // threat: an invitation adds somebody to a deleted team
    const teams = Team.existing(offered, await table.getMany(Team.keysOf(organization, offered)));
    const { name, color } = profile;
    // threat: a person who accepts an invitation is shown in another color than theirs
    const person = { account: actor.account, email: actor.email, name, color, teams };
    const taken: Change<AddressRow> = {
      set: { state: "member", account: actor.account, acceptedAt: instant() },
      unset: ["list", "rank", "message", "teams"],
    };
    const still = all(
      // threat: somebody joins without the teams that they were just given
      Team.sameTeams(row),
      // threat: a link is accepted after its invitation was accepted or declined
      equal("state", "pending"),
      // threat: the old link opens while a new one is mailed
      equal("attempt", attempt),
      // threat: somebody joins in a role that the invitation no longer has
      equal("role", role),
      above("expiresAt", instant()),
    );
    const joined = { organization: { id: organization, name: organizationRow.name }, role };
    await table.write(
      update(
        keyOf(row),
        taken,
        when(still, (found: AddressRow | undefined) => overtaken(found, row)),
      ),
      Member.joined(organization, person, role),
      // threat: a new owner is not counted
      ...(role === "owner" ? [Seat.release(organization, { owners: 1 })] : []),
      InvitationAccepted.record(
        organization,
        { invitation: Invitation.idOf(row.pk), account: actor.account, role, by, ...Team.eventTeams(teams) },
        actor,
      ),
      ...remember(joined),
    );
    return joined;
  },
);

/** Declines an invitation to my address and gives its seat back. */
export const decline = fn(
  "invitation.decline",
  {
    input: Named,
    output: v.void(),
    failures: [
      ...openedFailures,
      failures.wrongAccount,
      Invitation.failures.changed,
      Seat.failures.organizationMissing,
      Event.failures.repeated,
    ],
    reads: ({ token }) => keysOf(Link.read(token)),
  },
  async (input, actor, rows) => {
    const opened = await mineAmong(input, actor, rows);
    const outcome = outcomeOf(opened);
    // threat: a dead link declines
    if (outcome !== "inviter_unauthorized") refuse(outcome);
    const { row, organizationRow } = opened;
    const only = () => equal("attempt", opened.attempt);
    // threat: the old link declines while a new one is mailed
    await table.write(...Invitation.ending(organizationRow.pk, [row], "declined", { actor, only }), ...remember());
  },
);

/** Returns whether an invitation is open and says who sent it, which its token names. */
const isPendingRow = (row: AddressRow): row is PendingRow =>
  Invitation.isOpen(row) && [row.by, row.attempt].every((one) => one !== undefined);

const namedBy = (row: PendingRow): Link.Named => ({
  organization: row.sk,
  address: row.pk,
  attempt: row.attempt,
  by: row.by,
});

const profileOf = (account: ID.ID<"account"> | undefined) => account && accountKeys.profile(account);

/** @throws invitation.missing, invitation.wrong_account */
async function mineAmong(
  { token }: Named,
  { address }: Pick<Person, "address">,
  rows: RowsOf<ReturnType<typeof keysOf>>,
): Promise<Opened> {
  const opened = await open(token, rows);
  // threat: an invitation is accepted by another address
  if (opened.row.pk !== address) throw failures.wrongAccount();
  return opened;
}

/** Returns why an invitation that was open a moment ago is not. */
function overtaken(found: AddressRow | undefined, row: AddressRow) {
  if (!Invitation.isOpen(found)) return Invitation.refusalOf(found);
  return found.attempt === row.attempt ? Invitation.failures.changed() : Invitation.failures.superseded();
}

function describe({ row, organizationRow }: Opened, inviter: ProfileRow | undefined): v.InferOutput<typeof Waiting> {
  const profile = inviter && read(ProfileRow, inviter);
  return {
    id: Invitation.idOf(row.pk),
    organization: { id: organizationRow.pk, name: organizationRow.name },
    role: readOnly(AddressRow, row).role,
    ...(profile && { invitedBy: profile.name }),
    ...(typeof row.message === "string" && { message: row.message }),
    ...(typeof row.expiresAt === "string" && { expiresAt: row.expiresAt }),
  };
}
