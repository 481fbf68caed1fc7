import type { InvitationAccepted } from "../invitation/events.ts";
import type { MemberJoined, MemberLeft, MemberReinstated, MemberRemoved } from "../member/events.ts";
import type { OrganizationCreated } from "../organization/events.ts";

type Arrival = typeof OrganizationCreated | typeof InvitationAccepted | typeof MemberJoined | typeof MemberReinstated;
type Departure = typeof MemberRemoved | typeof MemberLeft;

// Types alone, so that code that only counts members does not load the shapes of all events.
const changes = {
  "organization.created": 1,
  "invitation.accepted": 1,
  "member.joined": 1,
  "member.reinstated": 1,
  "member.removed": -1,
  "member.left": -1,
} as const satisfies Record<Arrival["type"], 1> & Record<Departure["type"], -1>;

/** Returns how many more members an organization has after an event of this type. */
export const membersBy = (type: unknown): number => (changes as Record<string, number>)[String(type)] ?? 0;
