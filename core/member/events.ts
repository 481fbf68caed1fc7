import * as v from "valibot";
import * as ID from "../base/id.ts";
import { roles } from "../base/role.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";

const account = ID.schema("account");
// threat: a role that a newer release gave hides who joined, changed or left
const role = known(roles);
/** `teams` are those of the member, absent if there are none. */
const Membership = v.object({
  account,
  invitation: ID.schema("invitation"),
  role,
  teams: v.optional(v.array(ID.schema("team"))),
});

export const MemberRoleChanged = Event.define(
  "member.role_changed",
  v.object({
    account,
    from: role,
    to: role,
    /** Whether who changed it keeps the member's invitations that the new role may not give. */
    keepsInvitations: v.optional(v.boolean()),
  }),
);
/** `role` is the new owner's previous role. */
export const MemberTransferred = Event.define("member.transferred", v.object({ from: account, to: account, role }));
/** Joined by an address of a verified domain, without an invitation. */
export const MemberJoined = Event.define(
  "member.joined",
  v.object({ account, invitation: ID.schema("invitation"), role, domain: ID.schema("domain"), domainName: v.string() }),
);
export const MemberReinstated = Event.define("member.reinstated", Membership);
export const MemberRemoved = Event.define("member.removed", Membership);
export const MemberLeft = Event.define("member.left", Membership);
