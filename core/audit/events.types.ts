import { AccountDeleted } from "../account/events.ts";
import type * as ID from "../base/id.ts";
import type { DataOf } from "../catalog/events.ts";
import type { Actor } from "../kernel/actor.ts";
import { on } from "../kernel/reaction.ts";
import { type MemberLeft, MemberRemoved, MemberRoleChanged } from "../member/events.ts";
import type { EventMessages } from "../message/message.ts";
import { TeamCreated } from "../team/events.ts";
import type { Info } from "./list.ts";

// Mistakes that must not compile. Nothing runs this file; the type check fails if one of them compiles.

declare const organization: ID.ID<"organization">;
declare const account: ID.ID<"account">;
declare const team: ID.ID<"team">;
declare const actor: Actor;
declare const invitation: ID.ID<"invitation">;
declare const event: Info;
type MemberMessages = EventMessages<typeof import("../member/events.ts")>;

export const mistakes = [
  // @ts-expect-error 1: a reaction reads a field that the event does not have
  on(MemberRemoved, ({ reason }) => reason),
  // @ts-expect-error 2: nobody can subscribe to the name of an event
  on("member.removed", () => undefined),
  // @ts-expect-error 3: of two events, only what both have can be read
  on([MemberRemoved, MemberRoleChanged], ({ invitation }) => invitation),
  // @ts-expect-error 4: a team is not an account
  on(TeamCreated, ({ team: wrong }): ID.ID<"account"> => wrong),
  // @ts-expect-error 5: an event of an account has no organization
  on(AccountDeleted, (_, { owner }): ID.ID<"organization"> => owner),
  // @ts-expect-error 6: a field is missing from what is recorded
  () => MemberRoleChanged.record(organization, { account, from: "read" }, actor),
  // @ts-expect-error 7: there is no such role
  () => MemberRoleChanged.record(organization, { account, from: "read", to: "boss" }, actor),
  // @ts-expect-error 8: a team's event does not belong in an account's log
  () => TeamCreated.record(account, { team, name: "Design" }, actor),
  // @ts-expect-error 9: there is no such event
  (data: DataOf<"member.vanished">) => data,
  // @ts-expect-error 10: data cannot be read before its type is checked
  () => event.data.role,
  // @ts-expect-error 11: no event of an organization has this type
  () => event.type === "member.vanished",
  // @ts-expect-error 12: the type decides which data there is
  () => (event.type === "team.created" ? event.data.role : undefined),
  // @ts-expect-error 13: messages for some events of a noun are not enough
  (some: Pick<MemberMessages, "member.left">): MemberMessages => some,
  // @ts-expect-error 14: a message reads a field that its event does not have
  ({ line }: MemberMessages["member.left"]) => line({ account, role: "read", invitation, reason: "left" }, "acc_1"),
];

export const right = [
  on(MemberRemoved, ({ role }) => role),
  on([MemberRemoved, MemberRoleChanged], ({ account: one }, { owner }): [ID.ID<"account">, ID.ID<"organization">] => [
    one,
    owner,
  ]),
  () => MemberRoleChanged.record(organization, { account, from: "read", to: "write" }, actor),
  () => (event.type === "member.removed" ? event.data.role : undefined),
  (data: DataOf<(typeof MemberLeft)["type"]>) => data.invitation,
];
