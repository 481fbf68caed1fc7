import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";

/** The account of the member. */
const account = ID.schema("account");
/** The invitation. */
const invitation = ID.schema("invitation");
/** The role of the member. */
// threat: a role that a newer release gave hides who joined, changed or left
const role = known(roles);
const Membership = v.object({
  account,
  invitation,
  role,
  /** The teams of the member; absent when there are none. */
  teams: v.optional(v.array(ID.schema("team"))),
});

/** The role of a member changes. */
export const MemberRoleChanged = Event.define(
  "member.role_changed",
  v.object({
    account,
    /** The role before. */
    from: role,
    /** The role after. */
    to: role,
    /** True if the one who changed it keeps the member's invitations that the new role may not give; absent if not. */
    keepsInvitations: v.optional(v.boolean()),
  }),
);
/** A member ends all sessions, devices, and passkeys of their account: another person may have used it. */
export const MemberSecured = Event.define("member.secured", v.object({ account }));
/** An owner transfers ownership. */
export const MemberTransferred = Event.define(
  "member.transferred",
  v.object({
    /** The account of the previous owner. */
    from: account,
    /** The account of the new owner. */
    to: account,
    /** The new owner's previous role. */
    role,
  }),
);
/** Someone joins with an address of a verified domain. */
export const MemberJoined = Event.define(
  "member.joined",
  v.object({
    account,
    invitation,
    role,
    /** The domain of the address. */
    domain: ID.schema("domain"),
    /** The name of that domain. */
    domainName: v.string(),
  }),
);
/** A removed member is restored. */
export const MemberReinstated = Event.define("member.reinstated", Membership);
/** A member is removed. */
export const MemberRemoved = Event.define("member.removed", Membership);
/** A member leaves. */
export const MemberLeft = Event.define("member.left", Membership);
