import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { ended, revocationReasons } from "./shape.ts";

const invitation = ID.schema("invitation");
const account = ID.schema("account");
const role = known(roles);
const count = v.optional(Integer);
/** The import that invited, and the account that it acts for. */
const cause = { import: v.optional(ID.schema("import")), by: v.optional(account) };

/** How many were invited, by role. Their identities are in rows, which can be erased. */
export const InvitationCreated = Event.define(
  "invitation.created",
  v.object({
    invitations: v.array(invitation),
    roles: v.object({
      /** How many owners. */
      owner: count,
      /** How many admins. */
      admin: count,
      /** How many members who may write. */
      write: count,
      /** How many members who may read. */
      read: count,
    }),
    ...cause,
  }),
);
export const InvitationResent = Event.define("invitation.resent", v.object({ invitation, attempt: Integer, ...cause }));
/** Their emails had waited for too long, and were queued again. */
export const InvitationMailsResumed = Event.define(
  "invitation.mails_resumed",
  v.object({ invitations: v.array(invitation) }),
);
export const InvitationRoleChanged = Event.define(
  "invitation.role_changed",
  v.object({ invitation, from: role, to: role }),
);
export const InvitationTeamsChanged = Event.define(
  "invitation.teams_changed",
  v.object({ invitation, added: v.array(ID.schema("team")), removed: v.array(ID.schema("team")) }),
);
export const InvitationRenamed = Event.define("invitation.renamed", v.object({ invitation }));
export const InvitationAccepted = Event.define(
  "invitation.accepted",
  v.object({ invitation, account, role, by: account, teams: v.optional(v.array(ID.schema("team"))) }),
);
export const InvitationEnded = Event.define(
  "invitation.ended",
  v.object({
    invitations: v.array(invitation),
    state: known(ended),
    /** Of those that ended because of their inviter: who that is, and what happened. */
    from: v.optional(account),
    reason: v.optional(known(revocationReasons)),
    /** How many of them an import invited, by import. */
    imports: v.optional(v.record(ID.schema("import"), Integer)),
  }),
);
/** Somebody may no longer give their roles; another member keeps them. */
export const InvitationInviterChanged = Event.define(
  "invitation.inviter_changed",
  v.object({ invitations: v.array(invitation), from: account, to: account }),
);
export const InvitationRequested = Event.define("invitation.requested", v.object({ invitation }));
export const InvitationSuppressionRemoved = Event.define("invitation.suppression_removed", v.object({ invitation }));
