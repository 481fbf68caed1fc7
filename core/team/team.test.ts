import { meter } from "@muster/local/testing/costs/meter.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { memberPut } from "@muster/local/testing/fixtures/rows.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import * as Invitations from "../invitation/list.ts";
import * as Recipient from "../invitation/recipient.ts";
import * as Resending from "../invitation/resending.ts";
import * as Reviewing from "../invitation/review.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import * as List from "../member/list.ts";
import * as Member from "../member/member.ts";
import { reinstate } from "../member/reinstate.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import * as Search from "../search/search.ts";
import { put as putRow, update } from "../table/table.ts";
import { teamKeys } from "./keys.ts";
import { maxTeams, maxTeamsPerOrganization } from "./limits.ts";
import * as Teams from "./list.ts";
import * as Members from "./members.ts";
import { leadsOf, teamsOf } from "./names.ts";
import * as Team from "./team.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 20 });
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const form = async (name: string, description?: string) =>
  (await asAda(() => Team.create({ name, ...(description !== undefined && { description }) }))).id;
/** A team of another organization of the same owner. */
async function neighborsTeam(name: string): Promise<ID.ID<"team">> {
  const { id } = await fixture.world.as(fixture.ada, () => Organization.create({ name: "Neighbors" }));
  return (await fixture.world.as(fixture.ada, () => Team.create({ name }), { id, role: "owner" })).id;
}
const get = (team: ID.ID<"team">) => asAda(() => Team.get({ team }));
const listed = async () => (await asAda(() => Teams.list({}))).items.map(({ name }) => name);
const put = (team: ID.ID<"team">, ...people: Pick<Person, "account">[]) =>
  asAda(() => Members.addMembers({ team, accounts: people.map(({ account }) => account) }));
const outcomes = ({ items }: Awaited<ReturnType<typeof put>>) => items.map(({ outcome }) => outcome);
const membership = ({ account }: Pick<Person, "account">) =>
  fixture.world.table.get(memberKeys.member(fixture.organization, account));
const teamsIn = async (person: Person) => teamsOf(await membership(person));
const invariants = async () => (await openInvariants(fixture)).check();
const events = async () => {
  const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
  return items.filter(({ type }) => type.startsWith("team.")).map(({ type, data }) => ({ type, data }));
};

describe("a team", () => {
  test("has its creator as its lead, if they say so, in the write that creates it", async () => {
    const team = await asAda(() => Team.create({ name: "Design", isLead: true }));
    expect(team).toMatchObject({ members: 1, own: { isMember: true, isLead: true } });
    const { id } = team;
    const row = await membership(fixture.ada);
    expect([teamsOf(row), leadsOf(row)]).toEqual([[id], [id]]);
    const named = { team: id, name: "Design" };
    expect(await events()).toEqual([
      { type: "team.created", data: named },
      { type: "team.joined", data: { ...named, accounts: [fixture.ada.account] } },
      { type: "team.lead_added", data: { ...named, account: fixture.ada.account } },
    ]);
    await invariants();
  });

  test("is not created by who is in too many to lead it", async () => {
    const key = memberKeys.member(fixture.organization, fixture.ada.account);
    const teams = new Set(Array.from({ length: maxTeams }, () => ID.create("team")));
    await fixture.world.table.write(update(key, { set: { teams } }));
    await expect(asAda(() => Team.create({ name: "Design", isLead: true }))).rejects.toMatchObject({
      code: "team.full",
    });
    expect(await listed()).toEqual([]);
    await form("Design");
    expect(await listed()).toEqual(["Design"]);
  });

  test("is created, renamed, described and deleted, each with an event", async () => {
    const team = await form("Design", "Draws.");
    expect(await get(team)).toEqual({
      posting: "members",
      visibility: "open",
      own: { isMember: false, isLead: false },
      may: { edit: true, post: true },
      id: team,
      name: "Design",
      description: "Draws.",
      members: 0,
      revision: 0,
      createdAt: "2026-11-24T09:00:00.000Z",
    });
    const edited = await asAda(() => Team.edit({ team, name: "Drawing", description: "" }));
    expect(edited).toMatchObject({ name: "Drawing", revision: 1 });
    expect(await get(team)).toEqual(edited);
    expect(edited).not.toHaveProperty("description");
    await asAda(() => Team.remove({ team }));
    expect(await resultOf(get(team))).toBe("team.missing");
    expect(await listed()).toEqual([]);
    expect(await events()).toEqual([
      { type: "team.created", data: { team, name: "Design" } },
      { type: "team.renamed", data: { team, from: "Design", to: "Drawing" } },
      { type: "team.described", data: { team, name: "Drawing" } },
      { type: "team.deleted", data: { team, name: "Drawing" } },
    ]);
    expect(await invariants()).toEqual([]);
  });

  test("has a unique name, in any spelling, until the name is released", async () => {
    const [design, other] = [await form("Désign"), await form("Other")];
    for (const name of ["Désign", "design", "DESIGN", " Design "]) {
      expect(await resultOf(form(name))).toBe("team.name_taken");
      expect(await resultOf(asAda(() => Team.edit({ team: other, name })))).toBe("team.name_taken");
    }
    const lodz = await form("Łódź");
    expect(await resultOf(form("lodz"))).toBe("team.name_taken");
    await asAda(() => Team.remove({ team: lodz }));
    await asAda(() => Team.edit({ team: design, name: "DESIGN" }));
    expect(await listed()).toEqual(["DESIGN", "Other"]);
    await asAda(() => Team.edit({ team: design, name: "Drawing" }));
    await asAda(() => Team.edit({ team: other, name: "Design" }));
    expect(await listed()).toEqual(["Design", "Drawing"]);
    expect(await invariants()).toEqual([]);
  });

  test("is not changed by equal values, nor with an outdated revision", async () => {
    const team = await form("Design", "Draws.");
    await asAda(() => Team.edit({ team, name: "Design", description: "Draws." }));
    await asAda(() => Team.edit({ team }));
    expect((await get(team)).revision).toBe(0);
    await asAda(() => Team.edit({ team, description: "Paints.", revision: 0 }));
    expect(await resultOf(asAda(() => Team.edit({ team, name: "Painting", revision: 0 })))).toBe("team.changed");
    expect(await get(team)).toMatchObject({ name: "Design", description: "Paints.", revision: 1 });
    expect((await events()).map(({ type }) => type)).toEqual(["team.created", "team.described"]);
  });

  test("is one of at most 5,000; a deleted one makes room", async () => {
    const team = await form("Design");
    await fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { teams: maxTeamsPerOrganization } }),
    );
    expect(await resultOf(form("Research"))).toBe("team.limit_reached");
    await asAda(() => Team.remove({ team }));
    expect(await resultOf(form("Research"))).toBe("done");
  });

  test("belongs to its organization only", async () => {
    const theirs = await neighborsTeam("Design");
    for (const call of [
      () => Team.get({ team: theirs }),
      () => Team.edit({ team: theirs, name: "Ours" }),
      () => Team.remove({ team: theirs }),
      () => List.list({ team: theirs }),
    ]) {
      expect(await resultOf(asAda<unknown>(call))).toBe("team.missing");
    }
  });
});

test("teams are listed with their descriptions if these are included", async () => {
  const [design] = [await form("Design", "How it looks."), await form("Sales")];
  const { items } = await asAda(() => Teams.list({ include: "description" }));
  expect(items.map(({ name, description }) => [name, description])).toEqual([
    ["Design", "How it looks."],
    ["Sales", undefined],
  ]);
  await asAda(() => Team.edit({ team: design, description: "" }));
  const after = await asAda(() => Teams.list({ include: "description" }));
  expect(after.items.every((team) => !("description" in team))).toBe(true);
});

test("a private team whose name does not say so is corrected by its next change, and never listed with what it is for", async () => {
  const bob = await fixture.join("bob@example.com");
  const design = await form("Design", "How it looks.");
  await asAda(() => Team.edit({ team: design, visibility: "private", posting: "leads" }));
  const name = teamKeys.teamName(fixture.organization, "Design");
  await fixture.world.table.write(update(name, { unset: ["posting", "visibility"] }));
  const seen = (more: Parameters<typeof Teams.list>[0]) => fixture.as(bob, () => Teams.list(more));
  expect((await seen({ include: "description" })).items).toEqual([]);
  await asAda(() => Team.edit({ team: design, description: "On paper." }));
  expect((await seen({})).items).toEqual([]);
  expect(await fixture.world.table.get(name)).toMatchObject({ team: design, posting: "leads", visibility: "private" });
});

test("teams are listed by name, each with its member count from the log", async () => {
  const follower = await openFollower(fixture);
  const bob = await fixture.join("bob@example.com");
  const [zebra, apple] = [await form("Zebra"), await form("äpple")];
  const usual = { posting: "members", visibility: "open" };
  await put(zebra, bob, fixture.ada);
  await put(apple, bob);
  const shown = async () => (await asAda(() => Teams.list({}))).items;
  expect(await shown()).toEqual([
    { id: apple, name: "äpple", members: 0, ...usual, own: { isMember: false, isLead: false } },
    { id: zebra, name: "Zebra", members: 0, ...usual, own: { isMember: true, isLead: false } },
  ]);
  const own = (await asAda(() => Teams.list({ of: "own" }))).items;
  expect(own.map(({ name }) => name)).toEqual(["Zebra"]);
  await follower.work();
  expect((await shown()).map(({ members }) => members)).toEqual([1, 2]);
  expect((await get(zebra)).members).toBe(2);
  expect((await asAda(() => Teams.list({ of: "own" }))).items.map(({ members }) => members)).toEqual([2]);
});

test("one's own teams cost the same among many others", async () => {
  await put(await form("Design"), fixture.ada);
  const costs = meter(fixture.world.rows.client);
  const cost = async () => {
    const { result, ...units } = await costs.measure(() => asAda(() => Teams.list({ of: "own" })));
    expect(result.items).toHaveLength(1);
    return units;
  };
  const alone = await cost();
  const { table } = fixture.world;
  for (let number = 0; number < 200; number += 1) {
    const count = teamKeys.teamCount(fixture.organization, ID.derive("team", String(number)));
    await table.write(putRow(count, { members: number }));
  }
  expect(await cost()).toEqual(alone);
});

describe("a member", () => {
  let bob: Person;
  beforeEach(async () => {
    bob = await fixture.join("bob@example.com");
  });

  test("joins a team once and is removed once, and the result says so", async () => {
    const team = await form("Design");
    const stranger = { account: ID.create("account") };
    expect(outcomes(await put(team, bob, stranger, bob))).toEqual(["added", "missing"]);
    expect(outcomes(await put(team, bob, fixture.ada))).toEqual(["already_in", "added"]);
    const take = () => asAda(() => Members.removeMembers({ team, accounts: [bob.account, stranger.account] }));
    expect((await take()).items.map(({ outcome }) => outcome)).toEqual(["removed", "missing"]);
    expect((await take()).items.map(({ outcome }) => outcome)).toEqual(["not_in", "missing"]);
    expect(await membership(bob)).not.toHaveProperty("teams");
    expect((await events()).slice(1)).toEqual([
      { type: "team.joined", data: { team, name: "Design", accounts: [bob.account] } },
      { type: "team.joined", data: { team, name: "Design", accounts: [fixture.ada.account] } },
      { type: "team.left", data: { team, name: "Design", accounts: [bob.account] } },
    ]);
    expect(await invariants()).toEqual([]);
  });

  test("is in at most 30 teams", async () => {
    const others = await times(maxTeams, async () => ID.create("team"));
    const key = memberKeys.member(fixture.organization, bob.account);
    await fixture.world.table.write(update(key, { set: { teams: new Set(others) } }));
    const team = await form("Design");
    expect(outcomes(await put(team, bob))).toEqual(["full"]);
    await fixture.world.table.write(update(key, { drop: { teams: new Set([others[0] as string]) } }));
    expect(outcomes(await put(team, bob))).toEqual(["added"]);
  });

  test("can leave a team, but not for somebody else", async () => {
    const team = await form("Design");
    const leave = () => fixture.as(bob, () => Members.leave({ team }));
    expect(await resultOf(leave())).toBe("team.not_member");
    await put(team, bob);
    expect(await resultOf(leave())).toBe("done");
    expect([await teamsIn(bob), await resultOf(leave())]).toEqual([[], "team.not_member"]);
    expect(await invariants()).toEqual([]);
  });

  test("shows its teams by name to every viewer", async () => {
    const [zebra, apple] = [await form("Zebra"), await form("Apple")];
    await put(zebra, bob);
    await put(apple, bob);
    const teams = [
      { id: apple, name: "Apple", isLead: false },
      { id: zebra, name: "Zebra", isLead: false },
    ];
    const carol = await fixture.join("carol@example.com");
    for (const viewer of [fixture.ada, carol]) {
      expect(await fixture.as(viewer, () => List.get({ account: bob.account }))).toMatchObject({ teams });
      const { items } = await fixture.as(viewer, () => List.list({}));
      expect(items.map((one) => [one.name, one.teams])).toEqual([
        ["Ada", []],
        ["Bob", teams],
        ["Carol", []],
      ]);
    }
    expect(await asAda(() => Member.changeRole({ account: bob.account, role: "write" }))).toMatchObject({ teams });
  });

  test("is found by team, also combined with words and a role, while still in it", async () => {
    const follower = await openFollower(fixture);
    const carol = await fixture.join("carol@example.com", "admin");
    const team = await form("Design");
    await put(team, bob, carol, fixture.ada);
    await put(await form("Other"), bob);
    await follower.view();
    const found = async (filters: object) =>
      (await asAda(() => List.list({ team, ...filters }))).items.map(({ name }) => name);
    expect(await found({})).toEqual(["Ada", "Bob", "Carol"]);
    expect(await found({ search: "car" })).toEqual(["Carol"]);
    expect(await found({ role: "read" })).toEqual(["Bob"]);
    expect(await found({ search: "bob", role: "admin" })).toEqual([]);
    expect(await found({ sort: "joined" })).toEqual(["Ada", "Bob", "Carol"]);
    await asAda(() => Members.removeMembers({ team, accounts: [bob.account] }));
    expect(await found({})).toEqual(["Ada", "Carol"]);
  });

  test("is found page by page in a large team, each once, with a cursor for that team", async () => {
    const follower = await openFollower(fixture);
    const team = await form("Design");
    const people = await times(18, (n) => fixture.join(`person-${n}@example.com`));
    await put(team, bob, fixture.ada, ...people);
    await follower.view();
    // ten more, known to the search rows only
    const more = Array.from({ length: 10 }, (_, n) => {
      const placed = { name: `A${n}`, teams: new Set([team]) };
      const { key, item } = memberPut(fixture.organization, ID.create("account"), placed);
      return { after: { ...item, ...key } };
    });
    await asSystem("view", () => Search.project({ changes: more }));
    const first = await asAda(() => List.list({ team }));
    expect(first.items).toHaveLength(15);
    const second = await asAda(() => List.list({ team, cursor: String(first.next) }));
    const accounts = [...first.items, ...second.items].map(({ account }) => account);
    expect(accounts.toSorted()).toEqual([bob, fixture.ada, ...people].map(({ account }) => account).toSorted());
    const other = await form("Other");
    expect(await resultOf(asAda(() => List.list({ team: other, cursor: String(first.next) })))).toBe("cursor.invalid");
  });
});

describe("an invitation", () => {
  const invite = async (email: string, ...teams: ID.ID<"team">[]) =>
    (await asAda(() => Sending.send({ invitations: [{ email, role: "read", teams }] }))).items[0];
  const accept = async (email: string) => {
    const person = await fixture.world.person(email);
    const token = await fixture.tokenOf(email);
    await fixture.world.as(person, () => Recipient.accept({ token }));
    return person;
  };

  test("adds the new member to the teams that still exist", async () => {
    const follower = await openFollower(fixture);
    const [design, research, sales] = [await form("Design"), await form("Research"), await form("Sales")];
    expect(await invite("bob@example.com", design, research, sales, design)).toMatchObject({ outcome: "invited" });
    await asAda(() => Team.remove({ team: research }));
    const { items } = await asAda(() => Invitations.list({}));
    expect(items[0]?.teams.map(({ name }) => name)).toEqual(["Design", "Sales"]);
    const bob = await accept("bob@example.com");
    expect(await teamsIn(bob)).toEqual([design, sales].toSorted());
    expect(await fixture.rowOf(bob.email)).not.toHaveProperty("teams");
    await follower.work();
    expect(await asAda(() => Teams.list({}))).toMatchObject({ items: [{ members: 1 }, { members: 1 }] });
    expect(await invariants()).toEqual([]);
  });

  test("keeps its teams when it is resent, and shows them", async () => {
    const design = await form("Design");
    const sent = await invite("bob@example.com", design);
    expect(sent).toMatchObject({ outcome: "invited", teams: [design] });
    const invitation = sent?.invitation as ID.ID<"invitation">;
    fixture.world.clock.pass(301);
    await asAda(() => Resending.resend({ invitation }));
    expect(await asAda(() => Invitations.get({ invitation }))).toMatchObject({
      teams: [{ id: design, name: "Design" }],
    });
    expect(await teamsIn(await accept("bob@example.com"))).toEqual([design]);
  });

  test("to a team that is missing or of another organization is not sent", async () => {
    const theirs = await neighborsTeam("Theirs");
    const gone = await form("Gone");
    await asAda(() => Team.remove({ team: gone }));
    for (const team of [theirs, gone, ID.create("team")]) {
      expect(await invite("bob@example.com", team)).toMatchObject({ outcome: "unknown_team" });
      const review = () => Reviewing.review({ invitations: [{ email: "bob@example.com", teams: [team] }] });
      expect((await asAda(review)).items).toMatchObject([{ label: "unknown_team" }]);
    }
    expect(await fixture.rowOf("bob@example.com")).toBeUndefined();
  });

  test("names at most 30 teams, all invitations of one request together", async () => {
    const teams = await times(maxTeams + 1, async () => ID.create("team"));
    expect(await resultOf(invite("bob@example.com", ...teams))).toBe("input.invalid");
    const invitations = teams.map((team, n) => ({ email: `p${n}@example.com`, teams: [team] }));
    expect(await resultOf(asAda(() => Reviewing.review({ invitations })))).toBe("input.invalid");
    expect(await resultOf(asAda(() => Reviewing.review({ invitations: invitations.slice(1) })))).toBe("done");
  });
});

describe("a removed member", () => {
  test("comes back into the teams that still exist", async () => {
    const bob = await fixture.join("bob@example.com");
    const [design, research] = [await form("Design"), await form("Research")];
    await put(design, bob);
    await put(research, bob);
    await asAda(() => Member.remove({ account: bob.account }));
    expect(await invariants()).toEqual([]);
    await asAda(() => Team.remove({ team: research }));
    const [former] = (await asAda(() => Invitations.list({ state: "former" }))).items;
    expect(former?.teams).toEqual([{ id: design, name: "Design" }]);
    const invitation = former?.id as ID.ID<"invitation">;
    expect(await asAda(() => reinstate({ invitation }))).toMatchObject({ teams: [{ id: design, name: "Design" }] });
    expect(await teamsIn(bob)).toEqual([design]);
    expect(await fixture.rowOf(bob.email)).not.toHaveProperty("teams");
    expect(await invariants()).toEqual([]);
  });

  test("who is invited again joins only the teams of the invitation", async () => {
    const bob = await fixture.join("bob@example.com");
    await put(await form("Design"), bob);
    await fixture.as(bob, () => Member.leave({}));
    await fixture.invite(bob.email);
    await fixture.world.as(bob, async () => Recipient.accept({ token: await fixture.tokenOf(bob.email) }));
    expect(await teamsIn(bob)).toEqual([]);
    expect(await invariants()).toEqual([]);
  });
});
