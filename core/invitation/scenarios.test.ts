import { type Actions, actionsOn } from "@muster/local/testing/fixtures/actions.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import * as Account from "../account/account.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { memberKeys } from "../member/keys.ts";
import * as MemberList from "../member/list.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import { idOf } from "./invitation.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";
import * as Sending from "./send.ts";

// What public test suites of comparable systems ask of invitations and memberships, such as those of Logto, better-auth
// and Sentry, in the words and with the rules of this one. The invariants of an organization hold after each.

const day = 86_400;
const [bob, zoe, yan] = ["bob@example.com", "zoe@example.com", "yan@example.com"];

/** An organization with an owner, an admin, and members who may write and read; Zoe and Yan are strangers with accounts. */
type Cast = {
  fixture: OrganizationFixture;
  actions: Actions;
  ada: Person;
  adam: Person;
  will: Person;
  rita: Person;
  zoe: Person;
  yan: Person;
  /** Invites one address, and returns the outcome of the row or the failure. */
  invite: (email: string, role?: Role, by?: Person) => Promise<string>;
  /** Invites Zoe and accepts for her. */
  join: (role?: Role, by?: Person) => Promise<string>;
  accept: (person: Person, email: string, back?: number) => Promise<string>;
  decline: (person: Person, email: string) => Promise<string>;
  state: (email: string) => Promise<unknown>;
  role: (person: Person) => Promise<unknown>;
  free: () => Promise<number>;
};

async function openCast(): Promise<Cast> {
  const fixture = await openOrganization({ seats: 6 });
  const { world, ada, organization } = fixture;
  const actions = actionsOn(fixture);
  const cast = {
    fixture,
    actions,
    ada,
    adam: await fixture.join("adam@example.com", "admin"),
    will: await fixture.join("will@example.com", "write"),
    rita: await fixture.join("rita@example.com", "read"),
    zoe: await world.person(zoe),
    yan: await world.person(yan),
    async invite(email: string, role: Role = "read", by = ada) {
      const row = { email, role };
      let outcome = "";
      const result = await resultOf(
        fixture.as(by, async () => {
          const { items } = await Sending.send({ invitations: [row] });
          outcome = String(items[0]?.outcome);
        }),
      );
      return result === "done" ? outcome : result;
    },
    async join(role: Role = "read", by = ada) {
      const outcome = await cast.invite(zoe, role, by);
      return outcome === "invited" ? cast.accept(cast.zoe, zoe) : outcome;
    },
    accept: async (person: Person, email: string, back = 0) =>
      actions.accept(person, await actions.linkTo(email, back)),
    decline: async (person: Person, email: string) => actions.decline(person, await actions.linkTo(email)),
    state: async (email: string) => (await fixture.rowOf(email))?.state,
    role: async ({ account }: Person) => (await world.table.get(memberKeys.member(organization, account)))?.role,
    free: async () => (await fixture.organizationRow()).free,
  };
  return cast;
}

type Scenario = [what: string, run: (cast: Cast) => Promise<unknown[]>, expected: unknown[]];

const named = (email: string) => ({ invitation: idOf(Account.addressOf(email)) });

const scenarios: Scenario[] = [
  // sending
  ["an address without an account is invited", async (c) => [await c.invite(bob)], ["invited"]],
  ["an address with an account is invited", async (c) => [await c.invite(zoe)], ["invited"]],
  [
    "an address is invited once",
    async (c) => [await c.invite(bob), await c.invite(bob)],
    ["invited", "already_invited"],
  ],
  [
    "the case of an address makes no second invitation",
    async (c) => [await c.invite(bob), await c.invite("BOB@Example.COM")],
    ["invited", "already_invited"],
  ],
  [
    "white space around an address makes no second invitation",
    async (c) => [await c.invite(bob), await c.invite(`  ${bob} `)],
    ["invited", "already_invited"],
  ],
  [
    "a plus in an address makes another address",
    async (c) => [await c.invite(bob), await c.invite("bob+work@example.com")],
    ["invited", "invited"],
  ],
  ["a text that is no address is refused", async (c) => [await c.invite("invalid")], ["invalid_email"]],
  ["an address with an apostrophe is one", async (c) => [await c.invite("test'ing@example.com")], ["invited"]],
  ["a member is not invited again", async (c) => [await c.invite("rita@example.com")], ["already_member"]],
  ["who invites cannot invite themselves", async (c) => [await c.invite("ada@example.com")], ["already_member"]],
  ["a member who may write does not invite", async (c) => [await c.invite(bob, "read", c.will)], ["actor.forbidden"]],
  ["a member who may read does not invite", async (c) => [await c.invite(bob, "read", c.rita)], ["actor.forbidden"]],
  ["an admin invites an admin", async (c) => [await c.invite(bob, "admin", c.adam)], ["invited"]],
  ["an admin invites no owner", async (c) => [await c.invite(bob, "owner", c.adam)], ["not_allowed"]],
  ["an owner invites an owner", async (c) => [await c.invite(bob, "owner")], ["invited"]],
  [
    "a role that does not exist is refused for its row",
    async (c) => [await c.invite(bob, "billing" as Role)],
    ["unknown_role"],
  ],
  [
    "many are invited at once, and a wrong row does not hold up the others",
    async (c) => {
      const rows = [{ email: bob }, { email: "no" }, { email: bob }, { email: "rita@example.com" }, { email: zoe }];
      const { items } = await c.fixture.as(c.ada, () => Sending.send({ invitations: rows }));
      return items.map(({ outcome }) => outcome);
    },
    ["invited", "invalid_email", "duplicate", "already_member", "invited"],
  ],
  [
    "too many at once are refused as a whole",
    async (c) => {
      const rows = Array.from({ length: 101 }, (_, n) => ({ email: `p${n}@example.com` }));
      return [await resultOf(c.fixture.as(c.ada, () => Sending.send({ invitations: rows }))), await c.free()];
    },
    ["input.invalid", 3],
  ],
  [
    "the same address is invited by two organizations, and joins both",
    async (c) => {
      const { id } = await c.fixture.world.as(c.yan, () => Organization.create({ name: "Beta" }));
      const own = await c.fixture.world.as(c.yan, () => Sending.send({ invitations: [{ email: zoe }] }), {
        id,
        role: "owner",
      });
      await c.invite(zoe);
      const mine = await c.fixture.world.as(c.zoe, () => Recipient.mine({}));
      const results = [];
      for (const { token } of mine.items) results.push(await c.actions.accept(c.zoe, token));
      return [own.items[0]?.outcome, ...results];
    },
    ["invited", "done", "done"],
  ],
  [
    "an invitation that would end before it begins is refused",
    async (c) => [
      await resultOf(c.fixture.as(c.ada, () => Sending.send({ invitations: [{ email: bob }], lifetimeDays: 0 }))),
      await resultOf(c.fixture.as(c.ada, () => Sending.send({ invitations: [{ email: bob }], lifetimeDays: 31 }))),
    ],
    ["input.invalid", "input.invalid"],
  ],
  [
    "nobody is invited into a team of another organization",
    async (c) => {
      const row = { email: bob, teams: [ID.create("team")] };
      const { items } = await c.fixture.as(c.ada, () => Sending.send({ invitations: [row] }));
      return [items[0]?.outcome, await c.state(bob)];
    },
    ["unknown_team", undefined],
  ],
  [
    "a pending invitation counts toward the seats",
    async (c) => [
      ...(await Promise.all([c.invite("p1@example.com"), c.invite("p2@example.com"), c.invite("p3@example.com")])),
      await c.invite("p4@example.com"),
    ],
    ["invited", "invited", "invited", "no_seat"],
  ],
  [
    "a revoked invitation gives its seat to the next",
    async (c) => {
      for (const n of [1, 2, 3]) await c.invite(`p${n}@example.com`);
      const full = await c.invite(bob);
      return [full, await c.actions.revoke(c.ada, "p1@example.com"), await c.invite(bob)];
    },
    ["no_seat", "done", "invited"],
  ],
  [
    "parallel invitations never take more seats than there are",
    async (c) => {
      const all = await Promise.all(Array.from({ length: 8 }, (_, n) => c.invite(`p${n}@example.com`)));
      return [all.filter((outcome) => outcome === "invited").length, await c.free()];
    },
    [3, 0],
  ],

  // accepting
  [
    "who is invited accepts, and is a member with that role",
    async (c) => [await c.join("write"), await c.role(c.zoe)],
    ["done", "write"],
  ],
  [
    "accepting takes the seat that the invitation held",
    async (c) => [await c.invite(zoe), await c.free(), await c.accept(c.zoe, zoe), await c.free()],
    ["invited", 2, "done", 2],
  ],
  [
    "another account does not accept",
    async (c) => [await c.invite(zoe), await c.accept(c.yan, zoe), await c.state(zoe)],
    ["invited", "invitation.wrong_account", "pending"],
  ],
  [
    "another account does not decline",
    async (c) => [await c.invite(zoe), await c.decline(c.yan, zoe), await c.state(zoe)],
    ["invited", "invitation.wrong_account", "pending"],
  ],
  ["a link is used once", async (c) => [await c.join(), await c.accept(c.zoe, zoe)], ["done", "member.exists"]],
  [
    "two tabs that accept at once make one member",
    async (c) => {
      await c.invite(zoe);
      const all = await Promise.all([c.accept(c.zoe, zoe), c.accept(c.zoe, zoe)]);
      return [all.filter((one) => one === "done").length, await c.free()];
    },
    [1, 2],
  ],
  [
    "an expired invitation is not accepted",
    async (c) => {
      await c.invite(zoe);
      c.fixture.world.clock.pass(7 * day);
      return [await c.accept(c.zoe, zoe), await c.role(c.zoe)];
    },
    ["invitation.expired", undefined],
  ],
  [
    "an invitation is accepted in its last second",
    async (c) => {
      await c.invite(zoe);
      c.fixture.world.clock.pass(7 * day - 1);
      return [await c.accept(c.zoe, zoe)];
    },
    ["done"],
  ],
  [
    "a revoked invitation is not accepted",
    async (c) => [await c.invite(zoe), await c.actions.revoke(c.ada, zoe), await c.accept(c.zoe, zoe)],
    ["invited", "done", "invitation.revoked"],
  ],
  [
    "a declined invitation is not accepted",
    async (c) => [await c.invite(zoe), await c.decline(c.zoe, zoe), await c.accept(c.zoe, zoe)],
    ["invited", "done", "invitation.declined"],
  ],
  [
    "a link that was made up is none",
    async (c) => [await c.actions.accept(c.zoe, "mst_inv_made_up")],
    ["invitation.missing"],
  ],
  [
    "one changed letter of a link makes it none",
    async (c) => {
      await c.invite(zoe);
      const link = await c.actions.linkTo(zoe);
      return [
        await c.actions.accept(c.zoe, `${link.slice(0, -1)}${link.endsWith("A") ? "B" : "A"}`),
        await c.state(zoe),
      ];
    },
    ["invitation.missing", "pending"],
  ],
  [
    "teams that were deleted since are left out",
    async (c) => {
      await c.actions.createTeam(c.ada, "Design");
      const team = await c.fixture.teamOf("Design");
      await c.fixture.as(c.ada, () => Sending.send({ invitations: [{ email: zoe, teams: [team] }] }));
      await c.actions.deleteTeam(c.ada, team);
      const result = await c.accept(c.zoe, zoe);
      const member = await c.fixture.world.table.get(memberKeys.member(c.fixture.organization, c.zoe.account));
      return [result, member?.teams];
    },
    ["done", undefined],
  ],
  [
    "who accepts is in the teams of the invitation",
    async (c) => {
      await c.actions.createTeam(c.ada, "Design");
      const team = await c.fixture.teamOf("Design");
      await c.fixture.as(c.ada, () => Sending.send({ invitations: [{ email: zoe, teams: [team] }] }));
      await c.accept(c.zoe, zoe);
      const member = await c.fixture.world.table.get(memberKeys.member(c.fixture.organization, c.zoe.account));
      return [member?.teams?.has(team)];
    },
    [true],
  ],

  // resending, revoking, changing
  [
    "an admin sends an invitation again, with a new link",
    async (c) => {
      await c.invite(zoe);
      c.fixture.world.clock.pass(600);
      return [await c.actions.resend(c.adam, zoe), await c.accept(c.zoe, zoe, 1), await c.accept(c.zoe, zoe)];
    },
    ["done", "invitation.superseded", "done"],
  ],
  [
    "sending again is limited",
    async (c) => [await c.invite(zoe), await c.actions.resend(c.ada, zoe)],
    ["invited", "invitation.resend_too_soon"],
  ],
  [
    "a member does not send an invitation again, and its link stays",
    async (c) => {
      await c.invite(zoe);
      c.fixture.world.clock.pass(600);
      return [await c.actions.resend(c.will, zoe), await c.accept(c.zoe, zoe)];
    },
    ["actor.forbidden", "done"],
  ],
  [
    "an expired invitation is sent again, and works",
    async (c) => {
      await c.invite(zoe);
      c.fixture.world.clock.pass(8 * day);
      return [await c.actions.resend(c.ada, zoe), await c.accept(c.zoe, zoe)];
    },
    ["done", "done"],
  ],
  [
    "a member is not sent an invitation",
    async (c) => [await c.actions.resend(c.ada, "rita@example.com")],
    ["invitation.used"],
  ],
  [
    "an invitation that does not exist is not found",
    async (c) => [
      await c.actions.resend(c.ada, "nobody@example.com"),
      await c.actions.revoke(c.ada, "nobody@example.com"),
      await c.actions.changeInvitedRole(c.ada, "nobody@example.com", "write"),
    ],
    ["invitation.missing", "invitation.missing", "invitation.missing"],
  ],
  [
    "a member does not get the link of an invitation",
    async (c) => {
      await c.invite(bob);
      return [await resultOf(c.fixture.as(c.rita, () => Manage.link(named(bob))))];
    },
    ["actor.forbidden"],
  ],
  [
    "an admin gets the link of an invitation, but not of an owner's",
    async (c) => {
      await c.invite(bob);
      await c.invite(zoe, "owner");
      return [
        await resultOf(c.fixture.as(c.adam, () => Manage.link(named(bob)))),
        await resultOf(c.fixture.as(c.adam, () => Manage.link(named(zoe)))),
      ];
    },
    ["done", "actor.forbidden"],
  ],
  [
    "a member does not revoke an invitation, an admin does",
    async (c) => [await c.invite(bob), await c.actions.revoke(c.will, bob), await c.actions.revoke(c.adam, bob)],
    ["invited", "actor.forbidden", "done"],
  ],
  [
    "an admin does not revoke the invitation of an owner",
    async (c) => [await c.invite(bob, "owner"), await c.actions.revoke(c.adam, bob), await c.state(bob)],
    ["invited", "actor.forbidden", "pending"],
  ],
  [
    "an invitation is revoked once",
    async (c) => [await c.invite(bob), await c.actions.revoke(c.ada, bob), await c.actions.revoke(c.ada, bob)],
    ["invited", "done", "invitation.revoked"],
  ],
  [
    "an accepted invitation is not revoked: the member stays",
    async (c) => [await c.join(), await c.actions.revoke(c.ada, zoe), await c.role(c.zoe)],
    ["done", "invitation.used", "read"],
  ],
  [
    "who declined is invited again",
    async (c) => [await c.invite(zoe), await c.decline(c.zoe, zoe), await c.join("write"), await c.role(c.zoe)],
    ["invited", "done", "done", "write"],
  ],
  [
    "who was removed is invited again, with the new role",
    async (c) => [
      await c.join("admin"),
      await c.actions.remove(c.ada, c.zoe),
      await c.join("read"),
      await c.role(c.zoe),
    ],
    ["done", "done", "done", "read"],
  ],
  [
    "the role of a pending invitation changes, and is the one that is accepted",
    async (c) => [
      await c.invite(zoe),
      await c.actions.changeInvitedRole(c.adam, zoe, "admin"),
      await c.accept(c.zoe, zoe),
      await c.role(c.zoe),
    ],
    ["invited", "done", "done", "admin"],
  ],
  [
    "an admin makes no owner of a pending invitation",
    async (c) => [await c.invite(zoe), await c.actions.changeInvitedRole(c.adam, zoe, "owner")],
    ["invited", "role.forbidden"],
  ],
  [
    "only open invitations are listed for their recipient",
    async (c) => {
      await c.invite(zoe);
      const before = await c.fixture.world.as(c.zoe, () => Recipient.mine({}));
      c.fixture.world.clock.pass(8 * day);
      const after = await c.fixture.world.as(c.zoe, () => Recipient.mine({}));
      return [before.items.length, after.items.length];
    },
    [1, 0],
  ],
  [
    "a recipient sees the invitations to their own address alone",
    async (c) => {
      await c.invite(zoe);
      return [(await c.fixture.world.as(c.yan, () => Recipient.mine({}))).items.length];
    },
    [0],
  ],
  [
    "a member does not list invitations",
    async (c) => [await resultOf(c.fixture.as(c.will, () => List.list({})))],
    ["actor.forbidden"],
  ],
  [
    "an organization that is deleted is not joined",
    async (c) => {
      await c.invite(zoe);
      const { fixture } = c;
      const deleted = {
        do: "update" as const,
        key: organizationKeys.organization(fixture.organization),
        change: { set: { state: "deleted" } },
      };
      await fixture.world.table.write(deleted);
      const answer = await c.accept(c.zoe, zoe);
      await fixture.world.table.write({ ...deleted, change: { set: { state: "active" } } });
      return [answer];
    },
    ["invitation.organization_deleted"],
  ],

  // members
  [
    "an owner changes a role",
    async (c) => [await c.actions.changeRole(c.ada, c.rita, "admin"), await c.role(c.rita)],
    ["done", "admin"],
  ],
  [
    "a role that does not exist changes nothing",
    async (c) => [await c.actions.changeRole(c.ada, c.rita, "boss" as Role), await c.role(c.rita)],
    ["input.invalid", "read"],
  ],
  [
    "an admin makes nobody an owner",
    async (c) => [await c.actions.changeRole(c.adam, c.rita, "owner")],
    ["role.forbidden"],
  ],
  [
    "an admin does not demote an owner",
    async (c) => [await c.actions.changeRole(c.adam, c.ada, "read")],
    ["actor.forbidden"],
  ],
  [
    "an admin does not make themselves an owner",
    async (c) => [await c.actions.changeRole(c.adam, c.adam, "owner"), await c.role(c.adam)],
    ["role.forbidden", "admin"],
  ],
  [
    "a member changes no role",
    async (c) => [
      await c.actions.changeRole(c.will, c.rita, "write"),
      await c.actions.changeRole(c.will, c.will, "admin"),
    ],
    ["actor.forbidden", "actor.forbidden"],
  ],
  [
    "the last owner does not leave",
    async (c) => [await c.actions.leave(c.ada), await c.role(c.ada)],
    ["member.last_owner", "owner"],
  ],
  [
    "the last owner does not demote themselves",
    async (c) => [await c.actions.changeRole(c.ada, c.ada, "admin"), await c.role(c.ada)],
    ["member.last_owner", "owner"],
  ],
  [
    "an owner leaves when there is another",
    async (c) => [await c.join("owner"), await c.actions.leave(c.ada), await c.role(c.zoe)],
    ["done", "done", "owner"],
  ],
  [
    "two owners who leave at once leave one owner behind",
    async (c) => {
      await c.join("owner");
      const all = await Promise.all([c.actions.leave(c.ada), c.actions.leave(c.zoe)]);
      return [all.toSorted()];
    },
    [["done", "member.last_owner"]],
  ],
  [
    "ownership is transferred: the other is an owner, the former one an admin",
    async (c) => [await c.actions.transfer(c.ada, c.rita), await c.role(c.ada), await c.role(c.rita)],
    ["done", "admin", "owner"],
  ],
  ["ownership is not transferred to oneself", async (c) => [await c.actions.transfer(c.ada, c.ada)], ["member.self"]],
  [
    "ownership is not transferred to a stranger",
    async (c) => [await c.actions.transfer(c.ada, c.zoe), await c.role(c.ada)],
    ["member.missing", "owner"],
  ],
  [
    "an admin does not transfer ownership",
    async (c) => [await c.actions.transfer(c.adam, c.rita), await c.role(c.rita)],
    ["actor.forbidden", "read"],
  ],
  [
    "of two transfers at once one happens",
    async (c) => {
      const all = await Promise.all([c.actions.transfer(c.ada, c.rita), c.actions.transfer(c.ada, c.will)]);
      const owners = [await c.role(c.rita), await c.role(c.will)].filter((role) => role === "owner");
      return [all.filter((one) => one === "done").length, owners.length];
    },
    [1, 1],
  ],
  [
    "a removed member is none at once, and the seat is free",
    async (c) => [await c.actions.remove(c.adam, c.rita), await c.role(c.rita), await c.free()],
    ["done", undefined, 4],
  ],
  [
    "a member is removed once",
    async (c) => [await c.actions.remove(c.ada, c.rita), await c.actions.remove(c.ada, c.rita), await c.free()],
    ["done", "member.missing", 4],
  ],
  [
    "a member removes nobody",
    async (c) => [await c.actions.remove(c.will, c.rita), await c.role(c.rita)],
    ["actor.forbidden", "read"],
  ],
  ["an admin does not remove an owner", async (c) => [await c.actions.remove(c.adam, c.ada)], ["actor.forbidden"]],
  [
    "a stranger lists no members",
    async (c) => [await resultOf(c.fixture.as(c.zoe, () => MemberList.list({})))],
    ["actor.forbidden"],
  ],
  [
    "a member leaves, and what they are invited to later is a new membership",
    async (c) => [
      await c.join("admin"),
      await c.actions.leave(c.zoe),
      await c.role(c.zoe),
      await c.join("read"),
      await c.role(c.zoe),
    ],
    ["done", "done", undefined, "done", "read"],
  ],
  [
    "the addresses of members are shown to who may see them alone",
    async (c) => {
      const emailFor = async (person: Person) =>
        (await c.fixture.as(person, () => MemberList.get({ account: c.rita.account }))).email;
      return [await emailFor(c.adam), await emailFor(c.will)];
    },
    ["rita@example.com", undefined],
  ],
];

describe("of invitations and memberships", () => {
  let cast: Cast;
  let restore: () => Promise<void>;
  beforeAll(async () => {
    cast = await openCast();
    await openInvariants(cast.fixture);
    restore = await rememberWorld(cast.fixture.world);
  });

  test.each(scenarios)("%s", async (_, run, expected) => {
    await restore();
    const invariants = await openInvariants(cast.fixture);
    expect(await run(cast)).toEqual(expected);
    expect(await invariants.check()).toEqual([]);
  });

  test("each scenario is there once", () => {
    expect(new Set(scenarios.map(([what]) => what)).size).toBe(scenarios.length);
  });
});
