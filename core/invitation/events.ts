import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { ended, revocationReasons } from "./shape.ts";

/** The invitation. */
const invitation = ID.schema("invitation");
/** The invitations. */
const invitations = v.array(ID.schema("invitation"));
const account = ID.schema("account");
/** The role. */
const role = known(roles);
const count = v.optional(Integer);
const cause = {
  /** The import that invited, if one did. */
  import: v.optional(ID.schema("import")),
  /** The account that the import runs as. */
  by: v.optional(account),
};

// who was invited is in rows, which can be erased
/** Invitations are sent, up to 100 in one event. */
export const InvitationCreated = Event.define(
  "invitation.created",
  v.object({
    invitations,
    /** The number of invited people, by role. */
    roles: v.object({
      /** Owners. */
      owner: count,
      /** Admins. */
      admin: count,
      /** Members who may write. */
      write: count,
      /** Members who may read. */
      read: count,
    }),
    ...cause,
  }),
);
/** An invitation is sent again. */
export const InvitationResent = Event.define(
  "invitation.resent",
  v.object({
    invitation,
    /** The number of times that it was sent. */
    attempt: Integer,
    ...cause,
  }),
);
/** An owner or admin queues emails of invitations again that have waited for too long. */
export const InvitationMailsResumed = Event.define(
  "invitation.mails_resumed",
  v.object({
    /** The invitations: the links in their emails are the same as before. */
    invitations,
  }),
);
/** The role of a pending invitation changes. */
export const InvitationRoleChanged = Event.define(
  "invitation.role_changed",
  v.object({
    invitation,
    /** The role before. */
    from: role,
    /** The role after. */
    to: role,
  }),
);
/** The teams of a pending invitation change. */
export const InvitationTeamsChanged = Event.define(
  "invitation.teams_changed",
  v.object({
    invitation,
    /** The teams that it got. */
    added: v.array(ID.schema("team")),
    /** The teams that it lost. */
    removed: v.array(ID.schema("team")),
  }),
);
/** The name of the person in a pending invitation changes. */
export const InvitationRenamed = Event.define("invitation.renamed", v.object({ invitation }));
/** Someone accepts an invitation. */
export const InvitationAccepted = Event.define(
  "invitation.accepted",
  v.object({
    invitation,
    /** The account of the new member. */
    account,
    role,
    /** The account that invited. */
    by: account,
    /** The teams of the member; absent when there are none. */
    teams: v.optional(v.array(ID.schema("team"))),
  }),
);
/** Invitations are declined, revoked, or expire. */
export const InvitationEnded = Event.define(
  "invitation.ended",
  v.object({
    invitations,
    /** The state in which they ended. */
    state: known(ended),
    /** The inviter who caused it; absent when someone ended them. */
    from: v.optional(account),
    /** The inviter's loss: they left, or may no longer give the roles; absent when someone ended them. */
    reason: v.optional(known(revocationReasons)),
    /** The number of them that an import had invited, by import. */
    imports: v.optional(v.record(ID.schema("import"), Integer)),
  }),
);
/** An inviter may no longer give the roles of pending invitations, and the member who changed that keeps them. */
export const InvitationInviterChanged = Event.define(
  "invitation.inviter_changed",
  v.object({
    invitations,
    /** The account of the inviter. */
    from: account,
    /** The account of the new inviter. */
    to: account,
  }),
);
/** Someone requests a new invitation. */
export const InvitationRequested = Event.define("invitation.requested", v.object({ invitation }));
/** An owner or admin allows email to a suppressed address again. */
export const InvitationSuppressionRemoved = Event.define("invitation.suppression_removed", v.object({ invitation }));
