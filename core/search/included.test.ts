import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as AuditList from "../audit/list.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { asSystem, use } from "../kernel/context.ts";
import { positionOf } from "../kernel/position.ts";
import * as List from "../member/list.ts";
import * as Member from "../member/member.ts";
import { Keys } from "../table/keys.ts";
import { type Key, rowName, type Step, type Table } from "../table/table.ts";
import * as Teams from "../team/members.ts";
import * as Team from "../team/team.ts";

let fixture: OrganizationFixture;
let bob: Person;
let follower: Awaited<ReturnType<typeof openFollower>>;
beforeEach(async () => {
  fixture = await openOrganization();
  bob = await fixture.join("bob@example.com", "read");
  follower = await openFollower(fixture);
  await catchUp();
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const follow = () => asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
async function catchUp() {
  await follow();
  await follower.view();
}

/** Runs a change, and returns its position. */
async function writing(run: () => Promise<unknown>): Promise<string> {
  const written: Step[] = [];
  await asAda(async () => {
    use().position = { written };
    await run();
  });
  return positionOf(written) ?? "";
}

/** Reads a list that is to include a change; `onPause` runs while it waits the n-th time. */
async function reading<R>(run: () => Promise<R>, onPause: (n: number) => Promise<unknown> = async () => undefined) {
  let paused = 0;
  const pause = async (ms: number) => {
    fixture.world.clock.pass(ms / 1000);
    await onPause(++paused);
  };
  fixture.world.rebind({ pause });
  const result = await asAda(async () => {
    const position: { written: Step[]; isIncluded?: boolean } = { written: [] };
    use().position = position;
    const output = await run();
    return { output, isIncluded: position.isIncluded };
  });
  fixture.world.rebind();
  return { ...result, paused };
}

const changeRole = (role: Role) => writing(() => Member.changeRole({ account: bob.account, role }));
const withRole = async (role: Role, after?: string) =>
  (await List.list({ role, ...(after && { after }) })).items.map(({ account }) => account);

describe("a list of members by role, right after a change", () => {
  test("lacks the member without a position, and has them with it", async () => {
    const after = await changeRole("admin");
    expect(await asAda(() => withRole("admin"))).toEqual([]);
    const read = await reading(
      () => withRole("admin", after),
      (n) => (n === 3 ? catchUp() : Promise.resolve()),
    );
    expect(read).toEqual({ output: [bob.account], isIncluded: true, paused: 3 });
  });

  test("waits for the log, too, and for both", async () => {
    const after = await changeRole("admin");
    await follower.view();
    const read = await reading(
      () => withRole("admin", after),
      (n) => (n === 2 ? follow() : Promise.resolve()),
    );
    expect(read).toMatchObject({ isIncluded: true, paused: 2 });
  });

  test("waits for search, too, where the log is ahead of it", async () => {
    const after = await changeRole("admin");
    await follow();
    const read = await reading(
      () => withRole("admin", after),
      (n) => (n === 2 ? follower.view() : Promise.resolve()),
    );
    expect(read).toEqual({ output: [bob.account], isIncluded: true, paused: 2 });
  });

  test("answers what there is after two seconds, and says so", async () => {
    const after = await changeRole("admin");
    const from = fixture.world.clock.at;
    expect(await reading(() => withRole("admin", after))).toMatchObject({ output: [], isIncluded: false });
    expect(fixture.world.clock.at - from).toBe(2000);
  });

  test("counts the time that its reads take, and does not wait beyond two seconds", async () => {
    const after = await changeRole("admin");
    const { table, clock } = fixture.world;
    const slow: Table = { ...table, get: (...all) => (clock.pass(0.7), table.get(...all)) };
    const from = clock.at;
    const read = await reading(async () => {
      fixture.world.rebind({ table: slow, pause: async (ms) => clock.pass(ms / 1000) });
      return withRole("admin", after);
    });
    expect(read).toMatchObject({ output: [], isIncluded: false });
    expect(clock.at - from).toBeLessThan(2700);
  });

  test("looks a few times, and again only at what was missing", async () => {
    const others = [];
    for (const name of ["carol", "dave", "erin"]) others.push(await fixture.join(`${name}@example.com`, "read"));
    await catchUp();
    const { id: team } = await asAda(() => Team.create({ name: "Red" }));
    const joining = await writing(() => Teams.addMembers({ team, accounts: [bob.account] }));
    const after = [joining, ...others.map(({ account }) => account)].join(".");
    const read: string[] = [];
    const { table } = fixture.world;
    const watched = {
      ...table,
      getMany: ((keys: Key[], ...more) => {
        read.push(...keys.map(rowName));
        return table.getMany(keys, ...more);
      }) as Table["getMany"],
    };
    await reading(async () => {
      fixture.world.rebind({ table: watched, pause: async (ms) => fixture.world.clock.pass(ms / 1000) });
      await List.list({ after });
    });
    const again = new Set(read.filter((key, at) => read.indexOf(key) < at));
    expect([...again].toSorted()).toEqual([
      expect.stringMatching(new RegExp(`^${bob.account}\\|`)),
      expect.stringMatching(/^org_.*\+/),
    ]);
    expect(read.filter((key) => key.startsWith(bob.account))).toHaveLength(7);
  });

  test("waits for nothing that it includes already", async () => {
    const after = await changeRole("admin");
    await catchUp();
    expect(await reading(() => withRole("admin", after))).toMatchObject({ isIncluded: true, paused: 0 });
    expect(await reading(() => withRole("admin"))).toEqual({ output: [bob.account], isIncluded: undefined, paused: 0 });
  });

  test("includes a later change of the same member as well", async () => {
    const after = await changeRole("admin");
    await changeRole("write");
    const read = await reading(
      () => withRole("write", after),
      (n) => (n === 1 ? catchUp() : Promise.resolve()),
    );
    expect(read).toMatchObject({ output: [bob.account], isIncluded: true });
  });

  test("no longer has somebody who was removed, not even by name", async () => {
    const { table } = fixture.world;
    const stale = await table.query({ list: `${fixture.organization}#mem` as never });
    const after = await writing(() => Member.remove({ account: bob.account }));
    await follow();
    const lagging: Table = {
      ...table,
      query: ((query: Parameters<Table["query"]>[0]) =>
        "list" in query ? Promise.resolve(stale) : table.query(query)) as Table["query"],
    };
    fixture.world.rebind({ table: lagging });
    const names = async (more: object) => (await asAda(() => List.list(more))).items.map(({ account }) => account);
    expect(await names({})).toContain(bob.account);
    expect(await names({ after })).not.toContain(bob.account);
    fixture.world.rebind();
  });
});

test("a log that is to include an event waits for it", async () => {
  const after = await changeRole("admin");
  await follower.view();
  const newest = async () => (await AuditList.list({ after })).items[0]?.type;
  const read = await reading(newest, (n) => (n === 1 ? follow() : Promise.resolve()));
  expect(read).toEqual({ output: "member.role_changed", isIncluded: true, paused: 1 });
});

describe("a position", () => {
  test("names the event and the members, and nothing else", async () => {
    expect(await changeRole("admin")).toMatch(new RegExp(`^evt_\\w{26}\\.${bob.account}$`));
    expect(await writing(() => Member.changeRole({ account: bob.account, role: "admin" }))).toBe("");
  });

  test.each(["", "evt_1", "evt_01ARZ3NDEKTSV4RRFFQ69G5FAV.", "acc_01ARZ3NDEKTSV4RRFFQ69G5FAV", "evt_x.acc_y", "*"])(
    "%j is none",
    async (after) => {
      expect(await resultOf(asAda(() => List.list({ after })))).toBe("input.invalid");
    },
  );

  test("of a stranger or of another organization waits for nothing, and tells nothing", async () => {
    const { account } = await fixture.world.person("stranger@example.com");
    const after = [ID.create("event"), account, ID.create("account")].join(".");
    const read = await reading(() => List.list({ after }));
    expect(read).toMatchObject({ isIncluded: true, paused: 0 });
    expect(await fixture.world.table.get(Keys.member(fixture.organization, account))).toBeUndefined();
  });
});
