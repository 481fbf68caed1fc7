import * as Audit from "@muster/core/audit/audit.ts";
import * as ID from "@muster/core/base/id.ts";
import { roles } from "@muster/core/base/role.ts";
import { listsIn } from "@muster/core/invitation/invitation.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import type { OrganizationRow } from "@muster/core/organization/row.ts";
import { Ranks } from "@muster/core/table/ranks.ts";
import type { Item } from "@muster/core/table/table.ts";
import type { OrganizationFixture } from "../fixtures/organization.ts";
import { type ActorRoles, openActorRoles } from "./actor-roles.ts";
import { differs } from "./differs.ts";
import { teamViolations } from "./teams.ts";

export type Invariants = {
  /** Moves events into the log and returns what is wrong with the organization, or nothing. */
  check: () => Promise<string[]>;
};

type State = {
  rows: readonly Item[];
  organizationRow: OrganizationRow;
  stats: Item;
  /** By account. */
  members: Map<string, Item>;
  /** By address. */
  addresses: Map<string, Item>;
  log: Item[];
};
type Event = { id: string; type: string; actor: string; data: Item };

/** Grants a role to a member directly. */
const givingTypes = ["member.role_changed", "member.reinstated"];

/**
 * Checks that counters, rows, lists, displayed numbers and the log of an organization agree, and that every change was
 * allowed.
 */
export async function openInvariants(fixture: OrganizationFixture): Promise<Invariants> {
  let before = await stateOf(fixture);
  const readActorRoles = await openActorRoles(fixture);
  return {
    async check() {
      const now = await stateOf(fixture);
      const events = now.log.slice(before.log.length) as Event[];
      const wrong = [
        ...counters(now),
        ...people(now),
        ...(await lists(fixture, now)),
        ...teamViolations(fixture, now),
        ...shown(now),
        ...endings(now),
        ...rights(before, now, events),
        ...(await givenRoles(events, readActorRoles)),
        ...offeredRoles(before, now, events),
      ];
      before = now;
      return wrong;
    },
  };
}

async function stateOf({ world, organization }: OrganizationFixture): Promise<State> {
  await asSystem("follow", () => Audit.follow({ owner: organization }));
  const rows = await world.rows.scan();
  const ofOrganization = rows.filter(({ sk }) => sk === organization);
  const byKey = (prefix: string) =>
    new Map(ofOrganization.filter(({ pk }) => String(pk).startsWith(prefix)).map((row) => [String(row.pk), row]));
  return {
    rows,
    organizationRow: rows.find(({ pk, sk }) => pk === organization && sk === "#org") as OrganizationRow,
    stats: rows.find(({ pk, sk }) => pk === organization && sk === "#stats") ?? {},
    members: byKey("acc_"),
    addresses: byKey("adr_"),
    log: rows.filter(({ pk, sk }) => pk === `${organization}#log` && /^\d/.test(String(sk))),
  };
}

const isPending = (row: Item | undefined) => row?.state === "pending";
const count = (rows: Map<string, Item>, isMeant: (row: Item) => boolean) => [...rows.values()].filter(isMeant).length;

function counters({ organizationRow, members, addresses }: State): string[] {
  const [capacity, free, owners] = [organizationRow.capacity, organizationRow.free, organizationRow.owners];
  return [
    ...differs("committed seats", capacity - free, members.size + count(addresses, isPending)),
    ...(free < 0 ? [`oversold by ${-free}`] : []),
    ...differs(
      "owners",
      owners,
      count(members, ({ role }) => role === "owner"),
    ),
    ...(owners < 1 ? ["there is no owner"] : []),
  ];
}

/** Each member's address row says so, and the reverse. */
function people({ members, addresses }: State): string[] {
  const danglingTeams = [...members].filter(([account, { email }]) => {
    const row = addresses.get(ID.derive("address", String(email)));
    return row?.state !== "member" || row.account !== account;
  });
  return [
    ...danglingTeams.map(([account]) => `the address of ${account} does not say member`),
    ...differs(
      "addresses of members",
      count(addresses, ({ state }) => state === "member"),
      members.size,
    ),
  ];
}

async function lists(
  { world, organization }: OrganizationFixture,
  { organizationRow, members, addresses }: State,
): Promise<string[]> {
  const outside = [...addresses].filter(([, { state }]) => state !== "member");
  const listed = async (...names: string[]) => {
    const pages = await Promise.all(names.map((list) => world.table.query({ list })));
    return pages.flatMap(({ items }) => items.map(({ pk }) => String(pk))).sort();
  };
  const [listedAddresses, listedMembers] = [
    await listed(...listsIn(organization, organizationRow)),
    await listed(memberKeys.members(organization)),
  ];
  const misplaced = [...addresses].filter(([address, row]) => row.rank !== rankOf(address as ID.ID<"address">, row));
  return [
    ...misplaced.map(([address]) => `${address} is at the wrong place in the list`),
    ...differs("listed addresses", listedAddresses.join(), outside.map(([address]) => address).join()),
    ...differs("listed members", listedMembers.join(), [...members.keys()].join()),
  ];
}

function rankOf(address: ID.ID<"address">, row: Item): string | undefined {
  if (row.state === "member") return undefined;
  if (isPending(row)) return Ranks.address("p", String(row.expiresAt), address);
  if (row.state === "former") return Ranks.address(row.account ? "f" : "r", String(row.leftAt), address);
  return Ranks.address("e", String(row.endedAt), address);
}

function shown({ stats, members, addresses }: State): string[] {
  return [
    ...differs("displayed pending", Number(stats.pending ?? 0), count(addresses, isPending)),
    ...differs("displayed active", Number(stats.active ?? 0), members.size),
    ...roles.flatMap((role) =>
      differs(
        `shown ${role}`,
        Number(stats[role] ?? 0),
        count(members, (row) => row.role === role),
      ),
    ),
  ];
}

/** Every invitation has ended once, or is pending; every member has left once, or is a member. */
function endings({ log, members, addresses }: State): string[] {
  const open = new Map<string, number>();
  const add = (id: unknown, by: number) => open.set(String(id), (open.get(String(id)) ?? 0) + by);
  for (const { type, actor, data } of log as Event[]) {
    const invitations = (data.invitations ?? []) as string[];
    if (type === "organization.created") add(actor, 1);
    if (type === "invitation.created") for (const one of invitations) add(one, 1);
    if (type === "invitation.ended") for (const one of invitations) add(one, -1);
    if (type === "invitation.accepted") {
      add(data.invitation, -1);
      add(data.account, 1);
    }
    if (type === "member.reinstated" || type === "member.joined") add(data.account, 1);
    if (type === "member.removed" || type === "member.left") add(data.account, -1);
  }
  const isThere = (id: string) => (id.startsWith("acc_") ? members.has(id) : isPending(addresses.get(addressOf(id))));
  return [...open].flatMap(([id, times]) => differs(`${id} by the log`, times, isThere(id) ? 1 : 0));
}

/** Nobody grants or changes what is above them: by the role that they had when they began, or have got since. */
function rights(before: State, now: State, events: readonly Event[]): string[] {
  const rolesOf = (account: unknown) =>
    [before, now].map(({ members }) => members.get(String(account))?.role).filter((role) => role !== undefined);
  const may = (account: unknown, ...touched: unknown[]) =>
    touched.every((role) => rolesOf(account).some((own) => own === "owner" || (own === "admin" && role !== "owner")));
  const changesRole = ({ actor, data }: Event) => may(actor, data.from, data.to);
  const touchesMember = ({ actor, data }: Event) => may(actor, data.role);
  const laws: Record<string, (event: Event) => boolean> = {
    "invitation.created": ({ actor, data }) => may(actor, ...Object.keys(data.roles as object)),
    "invitation.role_changed": changesRole,
    "invitation.accepted": ({ actor, data }) => actor === data.account && may(data.by, data.role),
    "member.role_changed": changesRole,
    "member.removed": touchesMember,
    "member.reinstated": touchesMember,
    "member.joined": ({ actor, data }) => actor === data.account && ["write", "read"].includes(String(data.role)),
    "member.left": ({ actor, data }) => actor === data.account,
    "member.transferred": ({ actor, data }) => actor === data.from && may(actor, "owner"),
    "team.left": ({ actor, data }) => managed(actor) || [data.accounts].flat().join() === actor,
  };
  const ofOthers = ({ type, actor }: Event) => !type.startsWith("team.") || managed(actor);
  const isLawful = (event: Event) => event.actor.startsWith("system#") || (laws[event.type] ?? ofOthers)(event);
  const managed = (account: unknown) => rolesOf(account).some((own) => own === "owner" || own === "admin");
  const offered = [...now.addresses].filter(([address, row]) => {
    const old = before.addresses.get(address);
    const isSame = old?.by === row.by && old?.role === row.role && old?.attempt === row.attempt;
    return isPending(row) && !isSame && !may(row.by, row.role);
  });
  return [
    ...events.filter((event) => !isLawful(event)).map(({ type, actor }) => `${actor} may not cause ${type}`),
    ...offered.map(([address, { role }]) => `the inviter of ${String(role)} for ${address} may not grant it`),
  ];
}

/** A person who grants a role to somebody else has a sufficient role at that very moment. */
async function givenRoles(events: readonly Event[], readActorRoles: () => Promise<ActorRoles>): Promise<string[]> {
  const gifts = events.filter(({ type, actor, data }) => givingTypes.includes(type) && actor !== data.account);
  if (gifts.length === 0) return [];
  const billingStatus = await readActorRoles();
  const isLawful = ({ id, data }: Event) => {
    const own = billingStatus.get(id);
    const touched = [data.from, data.to, data.role];
    return own === "owner" || (own === "admin" && !touched.includes("owner"));
  };
  return gifts
    .filter((event) => !isLawful(event))
    .map(({ id, type, actor }) => `${actor} was ${billingStatus.get(id) ?? "no member"} by the time of ${type}`);
}

/** An invitation's role is the one that its last editor saw. */
function offeredRoles(before: State, now: State, events: readonly Event[]): string[] {
  return [...now.addresses].flatMap(([address, row]) => {
    const own = events.filter(({ data }) => [data.invitation, data.invitations].flat().includes(idOf(address)));
    const changes = own.filter(({ type }) => type === "invitation.role_changed");
    if (changes.length === 0) return [];
    const isLate = !isPending(row) && !own.some(({ type }) => type !== "invitation.role_changed");
    if (isLate) return [`the role of ${address} changed after its end`];
    if (own.some(({ type }) => type === "invitation.created")) return [];
    const sum = new Map<unknown, number>([[before.addresses.get(address)?.role, 1]]);
    for (const { data } of changes) {
      sum.set(data.from, (sum.get(data.from) ?? 0) - 1);
      sum.set(data.to, (sum.get(data.to) ?? 0) + 1);
    }
    const agrees = [...sum].every(([role, times]) => times === (role === row.role ? 1 : 0));
    return agrees ? [] : [`a change of the role of ${address} was lost`];
  });
}

const addressOf = (invitation: string) => `adr_${invitation.slice("inv_".length)}`;
const idOf = (address: string) => `inv_${address.slice("adr_".length)}`;
