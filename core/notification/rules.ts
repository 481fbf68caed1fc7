import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { InvitationAccepted, InvitationRequested } from "../invitation/events.ts";
import { table } from "../kernel/ports.ts";
import { on, type Reaction, type Recorded } from "../kernel/reaction.ts";
import { MemberLeft, MemberReinstated, MemberRemoved, MemberRoleChanged, MemberTransferred } from "../member/events.ts";
import {
  OrganizationCreated,
  OrganizationDeleted,
  OrganizationMailsPaused,
  OrganizationMailsResumed,
  OrganizationRestored,
} from "../organization/events.ts";
import { holders } from "../search/holders.ts";
import { Keys } from "../table/keys.ts";
import { billingRules, isAutomatic } from "./billing-rules.ts";
import { departureRules } from "./departure-rules.ts";
import { domainRules } from "./domain-rules.ts";
import type { Draft } from "./draft.ts";
import { rolloutRules } from "./rollout-rules.ts";
import { seatRules } from "./seat-rules.ts";
import { secretRules } from "./secret-rules.ts";
import type { Kind } from "./shape.ts";
import { stillMembers } from "./still-members.ts";
import { updateRules } from "./update-rules.ts";

type Account = ID.ID<"account">;
type Organization = ID.ID<"organization">;

// Shapes

/** One notification to one person, with the current names. */
export type NewNotification = {
  account: Account;
  kind: Kind;
  organization: Organization;
  subject: string;
  person?: string;
  by?: string;
  role?: Role | Unknown;
  until?: string;
  thing?: string;
  update?: ID.ID<"update">;
  team?: ID.ID<"team">;
  comment?: ID.ID<"comment">;
  at: string;
};

type Rule = Reaction<Draft[] | Promise<Draft[]>>;

/** Which event notifies which people of what, the most telling first; the actor already knows. */
export const rules: readonly Rule[] = [
  ...billingRules,
  ...seatRules,
  ...secretRules,
  ...domainRules,
  ...departureRules,
  ...rolloutRules,
  ...updateRules,

  ...on(OrganizationCreated, (_, { by: actor }): Draft[] =>
    actor ? [{ kind: "organization.created", to: [actor] }] : [],
  ),

  ...on(
    OrganizationDeleted,
    async (_, { owner: organization, by: actor }): Promise<Draft[]> => [
      { kind: "organization.deleted", to: await holders(organization, ["owner"]), person: actor },
    ],
  ),

  ...on(
    OrganizationRestored,
    async (_, { owner: organization, by: actor }): Promise<Draft[]> => [
      { kind: "organization.restored", to: await holders(organization, ["owner"]), person: actor },
    ],
  ),

  ...on(OrganizationMailsPaused, async ({ why: thing }, { owner }): Promise<Draft[]> => {
    return [{ kind: "organization.mails_paused", to: await holders(owner, ["owner", "admin"]), thing }];
  }),
  ...on(OrganizationMailsResumed, async (_, { owner }): Promise<Draft[]> => {
    return [{ kind: "organization.mails_resumed", to: await holders(owner, ["owner", "admin"]) }];
  }),

  ...on(InvitationAccepted, async (data, { owner: organization }): Promise<Draft[]> => {
    const { account: person, role, by } = data;
    return [
      // threat: an inviter who has left is still notified of the organization
      { kind: "invitation.accepted", to: await stillMembers(organization, [by]), person, role },
      ...(role === "owner" ? await toOwners(organization, { person, role }) : []),
    ];
  }),

  ...on(InvitationRequested, async (data, { owner: organization }): Promise<Draft[]> => {
    const { invitation: person } = data;
    const row = await table.get(invited(organization, person));
    if (!row) return [];
    const to = await holders(organization, ["owner", "admin"]);
    return [{ kind: "invitation.requested", to, person, role: row.role }];
  }),

  ...on(MemberRoleChanged, async (data, { owner: organization, by: actor }): Promise<Draft[]> => {
    const { account: person, from, to } = data;
    const by = actor === person ? undefined : actor;
    return [
      { kind: "member.role_changed", to: await stillMembers(organization, [person]), person: actor, role: to },
      ...([from, to].includes("owner") ? await toOwners(organization, { person, by, role: to }) : []),
    ];
  }),

  ...on(MemberReinstated, async (data, { owner: organization, by: actor }): Promise<Draft[]> => {
    const { account: person, role } = data;
    return [
      { kind: "member.reinstated", to: await stillMembers(organization, [person]), person: actor, role },
      ...(role === "owner" ? await toOwners(organization, { person, by: actor, role }) : []),
    ];
  }),

  ...on(MemberRemoved, async (data, { owner: organization, by: actor }): Promise<Draft[]> => {
    const { account: person, role } = data;
    return [
      { kind: "member.removed", to: [person], person: actor },
      ...(role === "owner" ? await toOwners(organization, { person, by: actor }) : []),
    ];
  }),

  ...on(MemberLeft, async (data, { owner: organization }): Promise<Draft[]> => {
    const { account: person, role } = data;
    return role === "owner" ? toOwners(organization, { person }) : [];
  }),

  ...on(MemberTransferred, async (data, { owner: organization }): Promise<Draft[]> => {
    const { from, to, role: before } = data;
    if (before === "owner") return toOwners(organization, { person: from, role: "admin" });
    return [
      { kind: "member.role_changed", to: await stillMembers(organization, [to]), person: from, role: "owner" },
      { kind: "member.transferred", to: await holders(organization, ["owner"]), person: to, by: from, role: "owner" },
    ];
  }),
];

// Functions

/**
 * Returns the notifications that people may get, of which each of them gets one; of a deleted organization, only its
 * end is announced.
 */
export async function notificationsOf(
  { owner, by: actor, at }: Pick<Recorded<Organization>, "owner" | "by" | "at">,
  all: readonly Draft[],
): Promise<NewNotification[]> {
  const tellings = all.filter(({ to }) => to.length > 0);
  const named = await namesOf(owner, tellings);
  if (!named || (named.isDeleted && tellings.some(({ kind }) => kind !== "organization.deleted"))) return [];
  const notifications: NewNotification[] = [];
  for (const { to, kind, person, by, ...said } of tellings) {
    const names = { person: person && named.people.get(person), by: by && (named.people.get(by) ?? "Someone") };
    const shown = { ...names, ...said };
    const common = { kind, organization: owner, subject: named.organization, at, ...withoutUndefined(shown) };
    for (const one of to) {
      const didIt = one === actor && kind !== "organization.created" && !isAutomatic(kind);
      // threat: people are notified of what they did themselves
      if (!didIt) notifications.push({ account: one, ...common });
    }
  }
  return notifications;
}

async function toOwners(organization: Organization, change: Pick<Draft, "person" | "by" | "role">): Promise<Draft[]> {
  const owners = await holders(organization, ["owner"]);
  return [{ kind: "organization.owners_changed", to: owners.filter((one) => one !== change.person), ...change }];
}

const invited = (organization: Organization, invitation: ID.ID<"invitation">) =>
  Keys.addressIn(organization, ID.alias("address", invitation));

/** The name of the organization, and of the people in its notifications; deleted ones have none. */
async function namesOf(organization: Organization, tellings: Draft[]) {
  const people = [...new Set(tellings.flatMap(({ person, by }) => [person, by]))].filter((one) => one !== undefined);
  const rowOf = (one: Account | ID.ID<"invitation">) =>
    ID.is("account", one) ? Keys.profile(one) : invited(organization, one);
  const [organizationRow, ...rows] = await table.getMany([Keys.organization(organization), ...people.map(rowOf)]);
  if (!organizationRow) return;
  const names = people.flatMap((one, i): [typeof one, string][] => {
    const row = rows[i];
    return row ? [[one, String(row.name === undefined ? row.email : row.name)]] : [];
  });
  return { organization: organizationRow.name, isDeleted: organizationRow.state === "deleted", people: new Map(names) };
}
