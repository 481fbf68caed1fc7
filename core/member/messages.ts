import { accounts, members, owners, ownersExcept } from "../message/audience.ts";
import { isMember, owns } from "../message/because.ts";
import { distinct } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages, NotificationMessages } from "../message/message.ts";
import { rightsOf, roleName } from "../message/role-name.ts";
import { ownersChanged } from "../organization/messages.ts";

export const memberEvents: EventMessages<typeof import("./events.ts")> = {
  "member.joined": {
    icon: "UserPlus",
    line: ({ role, domainName }) => line`joined as ${roleName(role)}, with an address of ${{ domain: domainName }}`,
  },
  "member.role_changed": {
    icon: "UserCog",
    line: ({ account, from, to }) =>
      line`changed the role of ${{ actor: account }} from ${roleName(from)} to ${roleName(to)}`,
    together: {
      line: (all) => {
        const members = distinct(all.map(({ account }) => account));
        return line`changed the ${members.length === 1 ? "role" : "roles"} of ${{ members }}`;
      },
    },
    tell: ({ account: person, from, to: role }, { by: actor }) => [
      { kind: "member.role_changed", to: members(person), person: actor, role },
      ...([from, role].includes("owner")
        ? [ownersChanged({ person, by: actor === person ? undefined : actor, role })]
        : []),
    ],
  },
  "member.removed": {
    icon: "UserMinus",
    line: ({ invitation }) => line`removed ${{ invited: [invitation] }}`,
    together: { line: (all) => line`removed ${{ invited: distinct(all.map(({ invitation }) => invitation)) }}` },
    tell: ({ account: person, role }, { by }) => [
      { kind: "member.removed", to: accounts(person), person: by },
      ...(role === "owner" ? [ownersChanged({ person, by })] : []),
    ],
  },
  "member.reinstated": {
    icon: "UserPlus",
    line: ({ account, role }) => line`restored ${{ actor: account }} as ${roleName(role)}`,
    together: { line: (all) => line`restored ${{ members: distinct(all.map(({ account }) => account)) }}` },
    tell: ({ account: person, role }, { by }) => [
      { kind: "member.reinstated", to: members(person), person: by, role },
      ...(role === "owner" ? [ownersChanged({ person, by, role })] : []),
    ],
  },
  "member.left": {
    icon: "LogOut",
    who: ({ invitation }) => ({ invited: [invitation] }),
    line: () => line`left the organization`,
    tell: ({ account: person, role }) => (role === "owner" ? [ownersChanged({ person })] : []),
  },
  "member.secured": {
    icon: "ShieldOff",
    line: () => line`ended all their sessions and devices: someone else may have used their account`,
    tell: ({ account: person }) => [{ kind: "member.secured", to: ownersExcept(person), person }],
  },
  "member.transferred": {
    icon: "Crown",
    line: ({ to }) => line`transferred ownership to ${{ actor: to }}`,
    tell: ({ from, to, role: before }) =>
      before === "owner"
        ? [ownersChanged({ person: from, role: "admin" })]
        : [
            { kind: "member.role_changed", to: members(to), person: from, role: "owner" },
            { kind: "member.transferred", to: owners, person: to, by: from, role: "owner" },
          ],
  },
};

export const memberNotifications: NotificationMessages<"member"> = {
  "member.role_changed": {
    icon: "UserCog",
    page: "organization",
    title: ({ organization, role }) => `Your role in ${organization} is now ${roleName(role)}`,
    sentences: ({ person, role }) => [`${person} changed it. Now ${rightsOf(role)}.`],
    because: isMember,
  },
  "member.reinstated": {
    icon: "UserPlus",
    page: "organization",
    title: ({ organization }) => `You are a member of ${organization} again`,
    sentences: ({ person, role }) => [
      `${person} restored your membership. Your role is ${roleName(role)}. You can leave at any time.`,
    ],
    because: isMember,
  },
  "member.removed": {
    icon: "UserMinus",
    page: "home",
    title: ({ organization }) => `You are no longer a member of ${organization}`,
    sentences: ({ person }) => [
      `${person} removed you, and you can no longer open it.`,
      "Your account and your other organizations are not affected. If you think this is a mistake, contact an owner there.",
    ],
    because: ({ organization }) => `you were a member of ${organization}`,
  },
  "member.secured": {
    icon: "ShieldOff",
    page: "departures",
    title: ({ person, organization }) => `Someone else may have used the account of ${person} in ${organization}`,
    sentences: ({ person }) => [
      `${person} noticed it, and ended all sessions, devices, and passkeys of the account.`,
      "Check in the activity what the account has done, and replace the API keys that its devices had fetched.",
    ],
    because: owns,
  },
  "member.transferred": {
    icon: "Crown",
    page: "members",
    title: ({ person, organization }) => `${person} is now an owner of ${organization}`,
    sentences: ({ by = "Someone", person }) => [
      `${by} transferred ownership to ${person}, and is now an ${roleName("admin")}.`,
      "If you did not expect this, check the members and talk to the other owners.",
    ],
    because: owns,
  },
};
