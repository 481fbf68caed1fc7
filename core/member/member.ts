import * as v from "valibot";
import { Color, colorOf } from "../account/shape.ts";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { canGrant, permissions } from "../base/permission.ts";
import { type Role, roles } from "../base/role.ts";
import { shown } from "../base/row.ts";
import { invitationKeys } from "../invitation/keys.ts";
import type { Member as Actor } from "../kernel/actor.ts";
import { reaches } from "../kernel/authorize.ts";
import * as Event from "../kernel/event.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { instant, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readOnly } from "../kernel/stored.ts";
import { writeIfPossible } from "../kernel/write-unless.ts";
import * as Seat from "../seat/seat.ts";
import { absent, check, equal, keyOf, type Put, present, put, type Step, update, when } from "../table/table.ts";
import * as Team from "../team/names.ts";
import { depart } from "./departure.ts";
import { MemberLeft, MemberRemoved, MemberRoleChanged, MemberTransferred } from "./events.ts";
import { failures } from "./failures.ts";
import { memberKeys } from "./keys.ts";
import { rank } from "./rank.ts";
import { MemberRow } from "./row.ts";

export { failures };

// Shapes

/** A member of an organization. */
export const Info = v.object({
  /** The account of the member, and the id of the member within the organization. */
  account: ID.schema("account"),
  /** The member's name. */
  name: v.string(),
  /** The color of the member's avatar. */
  color: Color,
  /** The member's role. */
  role: shown(roles),
  /** The member's teams, by name. */
  teams: v.array(
    v.object({
      ...Team.Named.entries,
      /** True if the member leads the team. */
      isLead: v.boolean(),
    }),
  ),
  /** The time the member joined. */
  joinedAt: v.string(),
  /** The member's email address. Owners and admins see it. */
  email: v.optional(v.string()),
  /** The day of the member's last request, as `YYYY-MM-DD`. Owners and admins see it. */
  activeOn: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

const Target = v.strictObject({ account: ID.schema("account") });

const writing = [
  failures.missing,
  failures.changed,
  Seat.failures.lastOwner,
  Seat.failures.organizationMissing,
  Event.failures.repeated,
];

// Functions

/** Gives a member another role, at most the actor's own. */
export const changeRole = fn(
  "member.changeRole",
  {
    input: v.strictObject({
      ...Target.entries,
      /** The new role. */
      role: v.picklist(roles),
      /**
       * Keeps pending invitations that the member may no longer give: you become their inviter, as far as you may give
       * them. Without it, they are revoked.
       */
      keepInvitations: v.optional(v.boolean()),
    }),
    output: Info,
    failures: [...writing, failures.roleForbidden, failures.outranked],
    reads: target,
  },
  async ({ account, role, keepInvitations = false }, actor, [row]) => {
    if (!row) throw failures.missing();
    const { role: from } = row;
    refuseTarget(actor, "member.changeRole", row);
    // threat: an admin gives a role above their own
    if (!canGrant(actor.role, role)) throw failures.roleForbidden();
    const member = await show(row, actor);
    if (role === from) return member;
    await table.write(
      update(
        memberKeys.member(actor.organization, account),
        // threat: a former owner takes the place of somebody who was reviewed
        { set: { role, ...(from === "owner" && wasOwner()) } },
        asRead(row),
      ),
      // threat: a member who lost their role still grants one
      ...(account === actor.account ? [] : [stillInRole(actor)]),
      // threat: a change of role does not count owners
      ...owners(actor, (role === "owner" ? 1 : 0) - (from === "owner" ? 1 : 0)),
      MemberRoleChanged.record(
        actor.organization,
        { account, from, to: role, ...(keepInvitations && { keepsInvitations: true }) },
        actor,
      ),
    );
    return { ...member, role };
  },
);

/** Removes a member, whose next request is refused, and gives the seat back. What they wrote stays. */
export const remove = fn(
  "member.remove",
  { input: Target, output: v.void(), failures: writing, reads: target },
  async (_, actor, [row]) => {
    if (!row) throw failures.missing();
    refuseTarget(actor, "member.remove", row);
    await depart(actor.organization, row, MemberRemoved, actor);
  },
);

/** Leaves the organization. The last owner cannot leave. */
export const leave = fn(
  "member.leave",
  {
    input: v.strictObject({}),
    output: v.void(),
    failures: writing,
    idempotency: "endsAccess",
    reads: (_, actor) => [memberKeys.member(actor.organization, actor.account)],
  },
  async (_, actor, [row]) => {
    if (!row) throw failures.missing();
    await depart(actor.organization, row, MemberLeft, actor, { also: remember() });
  },
);

/** Makes another member an owner. The actor becomes an admin. */
export const transfer = fn(
  "member.transfer",
  { input: Target, output: Info, failures: [...writing, failures.self], idempotency: "endsAccess", reads: target },
  async ({ account }, actor, [row]) => {
    if (!row) throw failures.missing();
    if (account === actor.account) throw failures.self();
    const member = await show(row, actor);
    const own = memberKeys.member(actor.organization, actor.account);
    const info = { ...member, role: "owner" as const };
    await table.write(
      update(memberKeys.member(actor.organization, account), { set: { role: "owner" } }, asRead(row)),
      // threat: a demoted owner transfers the organization
      // threat: an owner who hands over takes the place of somebody who was reviewed
      update(own, { set: { role: "admin", ...wasOwner() } }, when(equal("role", "owner"), failures.changed)),
      // threat: a transfer to an owner counts one owner too many
      ...owners(actor, row.role === "owner" ? -1 : 0),
      MemberTransferred.record(actor.organization, { from: actor.account, to: account, role: row.role }, actor),
      ...remember(info),
    );
    return info;
  },
);

// Steps for other writes

type Person = { account: ID.ID<"account">; email: string; name: string; color: string; teams?: ID.ID<"team">[] };

/** Returns the steps that add a member without an invitation. The seat is another step of the same write. */
export function joining(
  organization: ID.ID<"organization">,
  { address, ...person }: Person & { address: ID.ID<"address"> },
  role: Role,
): Step[] {
  const { account, email } = person;
  return [
    joined(organization, person, role),
    put(
      invitationKeys.addressIn(organization, address),
      { state: "member", account, email, role, attempt: 0 },
      when(absent, failures.exists),
    ),
  ];
}

/** Returns the step that puts the membership itself. */
export const joined = (organization: ID.ID<"organization">, person: Person, role: Role): Put =>
  joinedAs(membershipOf(organization, person, role));

/** Returns the membership of somebody who joins now. */
export function membershipOf(organization: ID.ID<"organization">, person: Person, role: Role): MemberRow {
  const { account, email, name, color, teams = [] } = person;
  const joinedAt = instant();
  return {
    pk: account,
    sk: organization,
    stream: "view",
    role,
    name,
    color,
    email,
    ...Team.teamsAttribute(teams),
    joinedAt,
    activeOn: joinedAt.slice(0, 10),
    devices: 0,
    list: memberKeys.members(organization),
    rank: rank(name, account),
  };
}

// threat: a membership is overwritten
export const joinedAs = (member: MemberRow): Put => put(keyOf(member), member, when(absent, failures.exists));

/** Holds if the actor still has the role at the moment of the write. */
export const stillInRole = ({ organization, account, role }: Actor): Step =>
  check(memberKeys.member(organization, account), when(equal("role", role), failures.outranked));

/** Returns the steps that show a person's new name or color in each of their organizations; none if neither is new. */
export async function showing(account: ID.ID<"account">, changed: { name?: string; color?: Color }): Promise<Step[]> {
  const { name } = changed;
  if (Object.keys(changed).length === 0) return [];
  const set = { ...changed, ...(name !== undefined && { rank: rank(name, account) }) };
  const mine = await memberships(account);
  // threat: a removed member comes back by a change of name
  return mine.map((item) => update(keyOf(item), { set }, when(present, failures.left)));
}

/** Records the day on which a member was last active, once a day. After a refusal the next request records it. */
export async function touch(item: MemberRow): Promise<void> {
  const activeOn = instant().slice(0, 10);
  // threat: an activity is noted at every request
  if (item.activeOn >= activeOn) return;
  const step = update(keyOf(item), { set: { activeOn } }, when(present, failures.missing));
  await writeIfPossible(step);
}

// For lists and pages

type Viewing = Team.Viewer & Pick<Actor, "organization">;

/** Returns a membership as this member may see it, with its existing teams. */
export async function show(row: MemberRow | undefined, viewer: Viewing): Promise<Info> {
  if (!row) throw failures.missing();
  return describe(readOnly(MemberRow, row), viewer, await Team.namesFor(viewer.organization, [row], viewer));
}

/** The same with the names of teams already read. */
export function describe(
  member: Read<typeof MemberRow>,
  viewer: Pick<Actor, "role">,
  names: Team.Names = new Map(),
): Info {
  const { pk: account, role, name, email, joinedAt, activeOn } = member;
  const led = Team.leadsOf(member);
  const teams = Team.named(member, names).map((team) => ({ ...team, isLead: led.includes(team.id) }));
  const shared = { account, name, color: colorOfRow(member), role, teams, joinedAt };
  return { ...shared, ...(seesAddresses(viewer) && { email, activeOn }) };
}

/** A row without a color, or with an unknown one, shows the color of a new account. */
const colorOfRow = ({ pk, color }: Pick<MemberRow, "pk" | "color">): Color =>
  // threat: a color that this release does not know takes the list of members down
  v.is(Color, color) ? color : colorOf(pk);

// threat: every member sees addresses
/** Returns whether this member sees others' addresses and when they were active. */
export const seesAddresses = ({ role }: Pick<Actor, "role">) => role === "owner" || role === "admin";

function target({ account }: v.InferOutput<typeof Target>, actor: Actor) {
  return [memberKeys.member(actor.organization, account)];
}

function refuseTarget(actor: Actor, permission: "member.changeRole" | "member.remove", { pk, role }: MemberRow) {
  // threat: an admin changes or removes an owner
  if (reaches(actor, permissions[permission], { account: pk, role })) return;
  throw implied.forbidden({ message: "Only an owner may change or remove an owner." });
}

/** The seat of an owner is in use: nobody who reviews unused seats has seen it before. */
const wasOwner = () => ({ inUseUntil: instant().slice(0, 10) });
// threat: a removed member comes back by a change of role
const asRead = ({ role }: MemberRow) => when(equal("role", role), failures.changed);

/** Returns the step that changes the number of owners, or none if it stays. */
const owners = ({ organization }: Actor, change: number): Step[] =>
  change === 0 ? [] : [Seat.release(organization, { owners: change })];

/** Returns all memberships of an account. */
export const memberships = (account: ID.ID<"account">): Promise<MemberRow[]> =>
  rowsOf({ ...memberKeys.organizationsOf(account), consistent: true });
