import { accountOf, addMembers, follow } from "@muster/local/testing/fixtures/members.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { putAll } from "@muster/local/testing/fixtures/rows.ts";
import { danglingTeams, searchViolations } from "@muster/local/testing/invariants/teams.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { accountKeys } from "../account/keys.ts";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { memberKeys } from "../member/keys.ts";
import * as List from "../member/list.ts";
import type { MemberRow } from "../member/row.ts";
import * as Search from "../search/search.ts";
import { type Item, keyOf, put, remove, type Table, update } from "../table/table.ts";
import * as Cleanup from "./cleanup.ts";
import * as Members from "./members.ts";
import { teamsOf } from "./names.ts";
import { repair } from "./repair.ts";
import * as Team from "./team.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let bob: Person;
let team: ID.ID<"team">;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 1200 });
  follower = await openFollower(fixture);
  bob = await fixture.join("bob@example.com");
  team = (await asAda(() => Team.create({ name: "Design" }))).id;
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const addToTeam = (...people: Person[]) =>
  asAda(() => Members.addMembers({ team, accounts: people.map(({ account }) => account) }));
const end = () => asAda(() => Team.remove({ team }));
const job = (): Cleanup.Job => ({ job: "cleanUp", organization: fixture.organization, team });
const cleanUp = (more = {}) => asSystem("work", () => Cleanup.cleanUp({ ...job(), ...more }));
const membership = ({ account }: Person) => fixture.world.table.get(memberKeys.member(fixture.organization, account));
const teamsIn = async (person: Person) => teamsOf(await membership(person));
const wrong = async () => {
  const rows = await fixture.world.rows.scan();
  return [...danglingTeams(fixture, rows), ...searchViolations(fixture, rows)];
};

/** Creates a team of so many members, all with search rows. */
async function fill(count: number): Promise<void> {
  const people = Array.from({ length: count }, (_, n) => {
    const name = `Person ${String(n).padStart(4, "0")}`;
    return { name, email: `person-${n}@example.com`, role: "read" as const };
  });
  await addMembers(fixture.world, fixture.organization, people);
  const keys = people.map((one) => memberKeys.member(fixture.organization, accountOf(one)));
  const rows = (await fixture.world.table.getMany(keys)).filter((row) => row !== undefined);
  const changes = rows.map((before) => ({ before, after: { ...before, teams: new Set([team]) } }));
  await putAll(
    fixture.world,
    changes.map(({ before, after }) => put(keyOf(before), after)),
  );
  await follow(changes);
}

describe("a deleted team", () => {
  test("is gone at once from requests for it and its members", async () => {
    await addToTeam(bob);
    await follower.view();
    const look = async () => {
      const { items } = await asAda(() => List.list({}));
      const one = await asAda(() => List.get({ account: bob.account }));
      return [items.find(({ account }) => account === bob.account)?.teams, one.teams];
    };
    const design = [{ id: team, name: "Design", isLead: false }];
    expect(await look()).toEqual([design, design]);
    await end();
    expect(await teamsIn(bob)).toEqual([team]);
    expect(await look()).toEqual([[], []]);
    for (const call of [() => Team.get({ team }), () => List.list({ team }), () => Members.leave({ team })]) {
      expect(await resultOf(asAda<unknown>(call))).toBe("team.missing");
    }
  });

  test("is removed from its members, who stay in the organization", async () => {
    await addToTeam(bob, fixture.ada);
    const other = (await asAda(() => Team.create({ name: "Research" }))).id;
    await asAda(() => Members.addMembers({ team: other, accounts: [bob.account] }));
    await follower.view();
    await end();
    await follower.work();
    expect([await teamsIn(bob), await teamsIn(fixture.ada)]).toEqual([[other], []]);
    await follower.view();
    expect(await wrong()).toEqual([]);
  });

  test("can be cleaned up again without harm, but never while it exists", async () => {
    await addToTeam(bob);
    await follower.view();
    expect(await cleanUp()).toEqual({ forgotten: 0 });
    expect(await teamsIn(bob)).toEqual([team]);
    await end();
    expect(await times(3, () => cleanUp())).toContainEqual({ forgotten: 1 });
    const before = await fixture.world.rows.scan();
    expect(await cleanUp()).toEqual({ forgotten: 0 });
    expect(await fixture.world.rows.scan()).toEqual(before);
  });

  test("does not bring back a member who was removed before the cleanup", async () => {
    await addToTeam(bob);
    await follower.view();
    await end();
    await fixture.world.table.write(remove(memberKeys.member(fixture.organization, bob.account)));
    expect(await cleanUp()).toEqual({ forgotten: 0 });
    expect(await membership(bob)).toBeUndefined();
  });

  test("of more than a hundred is cleaned up by several messages, and after a crash the message runs again", async () => {
    await fill(105);
    await end();
    const dying = dyingAfter(fixture.world.table, 30);
    fixture.world.rebind({ table: dying });
    await expect(cleanUp()).rejects.toThrow("The worker died.");
    fixture.world.rebind();
    await cleanUp();
    expect(fixture.world.queued.work).toEqual([{ ...job(), start: expect.anything() }]);
    await follower.work();
    expect(danglingTeams(fixture, await fixture.world.rows.scan())).toEqual([]);
  });

  test("is cleaned up only after its deletion is in the log", async () => {
    expect(["team.deleted", "team.joined", "team.created"].map((type) => reactsTo(type, Cleanup.reactions))).toEqual([
      true,
      false,
      false,
    ]);
    await end();
    await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    const { items } = await fixture.world.table.query({ ...kernelKeys.log(fixture.organization), to: "9" });
    const last = Audit.announcement(items.at(-1) as Item) as Audit.Announcement;
    fixture.world.queued.work = [];
    await asSystem("react", () => Cleanup.react(last));
    expect(fixture.world.queued.work).toEqual([job()]);
    const forged = { ...last, event: ID.create("event") };
    await expect(asSystem("react", () => Cleanup.react(forged))).rejects.toThrow("has no event");
  });
});

describe("if the search rows are late", () => {
  const project = (after: Item | undefined, before?: Item) => ({
    changes: [{ ...(before && { before }), ...(after && { after }) }],
  });

  test("a member that was not found is repaired as soon as the search row exists", async () => {
    await addToTeam(bob);
    await end();
    await follower.work();
    expect(await teamsIn(bob)).toEqual([team]);
    await follower.view();
    expect(await teamsIn(bob)).toEqual([]);
    expect(await wrong()).toEqual([]);
  });

  test("a member that is renamed by then is repaired, too", async () => {
    await addToTeam(bob);
    await follower.view();
    const before = await membership(bob);
    await fixture.world.table.write(update(keyOf(before as Item), { set: { name: "Aaron" } }));
    await end();
    const after = await membership(bob);
    await asSystem("view", () => repair(project(after, before)));
    expect(await teamsIn(bob)).toEqual([]);
  });

  test("a row that is not a membership, or names only existing teams, is unchanged", async () => {
    await addToTeam(bob);
    const row = (await membership(bob)) as Item;
    for (const after of [
      undefined,
      { ...row, ...accountKeys.profile(bob.account) },
      { ...row, pk: ID.create("organization") },
      row,
    ]) {
      await asSystem("view", () => repair(project(after)));
    }
    expect(await teamsIn(bob)).toEqual([team]);
  });

  test("a repair brings nobody back", async () => {
    await addToTeam(bob);
    const row = (await membership(bob)) as Item;
    await end();
    await fixture.world.table.write(remove(keyOf(row)));
    await asSystem("view", () => repair(project(row)));
    expect(await membership(bob)).toBeUndefined();
  });

  test("every order of deletion, search and cleanup has the same result, but not without repair", async () => {
    for (const isRepaired of [true, false]) {
      const gone = ID.create("team");
      const key = memberKeys.member(fixture.organization, bob.account);
      await fixture.world.table.write(put(key, { ...((await membership(bob)) as MemberRow), teams: new Set([gone]) }));
      const change = project(await membership(bob));
      await asSystem("work", () => Cleanup.cleanUp({ ...job(), team: gone }));
      await asSystem("view", () => Search.project(change));
      if (isRepaired) await asSystem("view", () => repair(change));
      expect((await teamsIn(bob)).length).toBe(isRepaired ? 0 : 1);
    }
  });
});

/** The table of a worker that crashes after so many writes. */
function dyingAfter(table: Table, writes: number): Table {
  let left = writes;
  return {
    ...table,
    write: async (...steps) => {
      if (left-- <= 0) throw new Error("The worker died.");
      return table.write(...steps);
    },
  };
}
