import * as v from "valibot";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant } from "../base/permission.ts";
import { roles } from "../base/role.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { suppressionOf } from "../mail/shape.ts";
import * as Member from "../member/member.ts";
import * as Seat from "../seat/seat.ts";
import { Keys } from "../table/keys.ts";
import { all, equal, keyOf, present, update, when } from "../table/table.ts";
import { InvitationRoleChanged, InvitationSuppressionRemoved } from "./events.ts";
import * as Invitation from "./invitation.ts";
import * as Link from "./link.ts";

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
    Invitation.refuseTarget(actor, "invitation.revoke", row);
    const only = equal("role", row.role);
    await table.write(...Invitation.ending(actor.organization, [row], "revoked", { actor, only }));
  },
);

/** Changes the role of a pending invitation. The person who changes it becomes its inviter. */
export const changeRole = fn(
  "invitation.changeRole",
  {
    input: v.strictObject({
      ...One.entries,
      /** The new role. */
      role: v.picklist(roles),
    }),
    output: v.object({
      id: ID.schema("invitation"),
      /** The role that it offers now. */
      role: v.picklist(roles),
    }),
    failures: [...refusals, changed, Member.failures.roleForbidden, Event.failures.repeated],
    reads: (input, actor) => [Invitation.keyOf(actor, input)],
  },
  async ({ invitation, role }, actor, [row]) => {
    if (!Invitation.isOpen(row)) throw Invitation.refusalOf(row);
    Invitation.refuseTarget(actor, "invitation.changeRole", row);
    if (!canGrant(actor.role, role)) throw Member.failures.roleForbidden();
    const from = row.role;
    if (role === from) return { id: invitation, role };
    const asRead = all(equal("state", "pending"), equal("role", from));
    const offered = { set: { role, by: actor.account } };
    await table.write(
      update(Invitation.keyOf(actor, { invitation }), offered, when(asRead, Invitation.refusalNow)),
      InvitationRoleChanged.record(actor.organization, { invitation, from, to: role }, actor),
    );
    return { id: invitation, role };
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
    reads: (input, actor) => [Invitation.keyOf(actor, input), Keys.suppression(Invitation.addressOf(input.invitation))],
  },
  async ({ invitation }, actor, [row, block]) => {
    if (!row) throw missing();
    const why = suppressionOf(block, row.allowedAt);
    if (!why) return;
    if (why === "complained") throw failures.complained();
    await table.write(
      update(keyOf(row), { set: { allowedAt: instant() } }, when(present, missing)),
      InvitationSuppressionRemoved.record(actor.organization, { invitation }, actor),
      ...remember(),
    );
  },
);
