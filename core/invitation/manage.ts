import { randomUUID } from "node:crypto";
import * as v from "valibot";
import { PersonName } from "../account/shape.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { roles } from "../base/role.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { mailKeys } from "../mail/keys.ts";
import { suppressionOf } from "../mail/shape.ts";
import * as Member from "../member/member.ts";
import * as Seat from "../seat/seat.ts";
import { equal, keyOf, present, update, when } from "../table/table.ts";
import { maxTeams } from "../team/limits.ts";
import * as Team from "../team/names.ts";
import { InvitationSuppressionRemoved } from "./events.ts";
import * as Invitation from "./invitation.ts";
import * as Link from "./link.ts";
import { changeEvents, changing } from "./steps.ts";

// Shapes

const One = v.strictObject({ invitation: ID.schema("invitation") });

// Failures

export const failures = {
  complained: failure(
    "conflict",
    "mail.complained",
    "This person reported our email as spam. Only the operator can allow email again.",
  ),
};
const { missing, expired, revoked, declined, used, changed } = Invitation.failures;
const refusals = [missing, expired, revoked, declined, used];

// Functions

/** Revokes a pending invitation and gives back its seat. Its link stops working at once. */
export const revoke = fn(
  "invitation.revoke",
  {
    input: One,
    output: v.void(),
    failures: [...refusals, changed, Seat.failures.organizationMissing, Event.failures.repeated],
    reads: (input, actor) => [Invitation.keyOf(actor, input)],
  },
  async (_, actor, [row]) => {
    if (!Invitation.isPending(row)) throw Invitation.refusalOf(row);
    // threat: an admin revokes an owner's invitation
    Invitation.refuseTarget(actor, "invitation.revoke", row);
    const only = () => equal("role", row.role);
    // threat: an admin revokes what has become an owner's invitation
    await table.write(...Invitation.ending(actor.organization, [row], "revoked", { actor, only }));
  },
);

/** Changes role, name and teams of a pending invitation, without an email. The person who changes it becomes its inviter. */
export const changeRole = fn(
  "invitation.changeRole",
  {
    input: v.strictObject({
      ...One.entries,
      /** The new role. */
      role: v.optional(v.picklist(roles)),
      /** The new name of the person. */
      name: v.optional(PersonName),
      /** The ids of the teams that the person joins on accepting, in place of those that it had. */
      teams: v.optional(v.pipe(v.array(ID.schema("team")), v.maxLength(maxTeams, `At most ${maxTeams} teams.`))),
    }),
    output: v.object({
      id: ID.schema("invitation"),
      /** The role that it offers now. */
      role: v.picklist(roles),
      /** The name that it has now. */
      name: v.optional(v.string()),
      /** The ids of the teams that it has now. */
      teams: v.array(ID.schema("team")),
    }),
    failures: [...refusals, changed, Member.failures.roleForbidden, Team.failures.missing, Event.failures.repeated],
    reads: (input, actor) => [Invitation.keyOf(actor, input), ...Team.keysOf(actor.organization, input.teams ?? [])],
  },
  async ({ invitation, ...asked }, actor, [row, ...teamRows]) => {
    if (!Invitation.isOpen(row)) throw Invitation.refusalOf(row);
    Invitation.refuseTarget(actor, "invitation.changeRole", row);
    const before = Team.teamsOf(row);
    const { role = row.role, name = row.name } = asked;
    const teams = asked.teams ? [...new Set(asked.teams)].toSorted() : before;
    // threat: an admin invites an owner
    // threat: an admin offers the role of an owner by changing a pending invitation
    if (!canGrant(actor.role, role)) throw Member.failures.roleForbidden();
    const existing = Team.existing(asked.teams ?? [], teamRows);
    // threat: a pending invitation gets a team that does not exist
    if (teams.some((team) => !before.includes(team) && !existing.includes(team))) throw Team.failures.missing();
    const wanted = { role, name: asked.name, teams };
    const events = changeEvents(row, wanted, actor);
    const info = { id: invitation, role, teams, ...(name !== undefined && { name }) };
    if (events.length === 0) return info;
    const terms = { by: actor.account, src: randomUUID(), email: "unwanted", refuse: Invitation.refusalNow } as const;
    await table.write(changing(row, wanted, terms).step, ...events);
    return info;
  },
);

/** Returns the link of a pending invitation, to share it by other means. It works only for the invited address. */
export const link = fn(
  "invitation.link",
  {
    input: One,
    output: v.object({
      /** The link. It works only for the invited address. */
      link: v.string(),
    }),
    failures: refusals,
    idempotency: "unsupported",
    reads: (input, actor) => [Invitation.keyOf(actor, input)],
  },
  async ({ invitation }, actor, [row]) => {
    if (!Invitation.isOpen(row)) throw Invitation.refusalOf(row);
    Invitation.refuseTarget(actor, "invitation.link", row);
    const address = Invitation.addressOf(invitation);
    const { attempt, by } = row;
    return { link: Link.mint({ organization: actor.organization, address, attempt, by }) };
  },
);

/**
 * Allows email of this organization to an address again after a bounce, for example if a mailbox was full or did not
 * exist yet. For others it stays suppressed.
 */
export const removeSuppression = fn(
  "invitation.removeSuppression",
  {
    input: One,
    output: v.void(),
    failures: [missing, failures.complained, Event.failures.repeated],
    reads: (input, actor) => [
      Invitation.keyOf(actor, input),
      mailKeys.suppression(Invitation.addressOf(input.invitation)),
    ],
  },
  async ({ invitation }, actor, [row, block]) => {
    // threat: an organization lets mail through to somebody that only another has invited
    if (!row) throw missing();
    const why = suppressionOf(block, row.allowedAt);
    // threat: email is allowed again for an address that is not suppressed
    if (!why) return;
    // threat: a suppression after a complaint is removed by the sender that it is about
    if (why === "complained") throw failures.complained();
    await table.write(
      update(keyOf(row), { set: { allowedAt: instant() } }, when(present, missing)),
      InvitationSuppressionRemoved.record(actor.organization, { invitation }, actor),
      ...remember(),
    );
  },
);
