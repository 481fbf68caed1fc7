import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as AuditList from "../audit/list.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import * as Figure from "../figure/figure.ts";
import * as Imports from "../import/manage.ts";
import * as Export from "../invitation/export.ts";
import * as Invitations from "../invitation/list.ts";
import * as Manage from "../invitation/manage.ts";
import * as Recipient from "../invitation/recipient.ts";
import * as Send from "../invitation/send.ts";
import { asSystem, use } from "../kernel/context.ts";
import { positionOf } from "../kernel/position.ts";
import * as Members from "../member/export.ts";
import { memberKeys } from "../member/keys.ts";
import * as List from "../member/list.ts";
import * as Member from "../member/member.ts";
import { type Key, type Page, type Query, rowName, type Step, type Table } from "../table/table.ts";
import * as TeamList from "../team/list.ts";
import * as Teams from "../team/members.ts";
import * as Team from "../team/team.ts";
import * as Feed from "../update/feed.ts";
import { mentionable } from "../update/mentionable.ts";
import * as Remove from "../update/remove.ts";
import * as Update from "../update/update.ts";

let fixture: OrganizationFixture;
let bob: Person;
let follower: Awaited<ReturnType<typeof openFollower>>;
/** A table that a test reads from in place of the fixture's. */
let behind: { table?: Table };
beforeEach(async () => {
  fixture = await openOrganization();
  behind = {};
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
  fixture.world.rebind({ pause, ...behind });
  const result = await asAda(async () => {
    const position: { written: Step[]; isIncluded?: boolean } = { written: [] };
    use().position = position;
    const output = await run();
    return { output, isIncluded: position.isIncluded };
  });
  fixture.world.rebind(behind);
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
    const stale = await table.query({ list: memberKeys.members(fixture.organization) });
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

/** Lets the index answer with what it has now, until that is undone. */
async function holdIndex(names: readonly string[] = ["mem", "inv#0"]): Promise<() => void> {
  const { table } = fixture.world;
  const kept = new Map<string, Page>();
  for (const name of names) {
    const list = `${fixture.organization}#${name}`;
    kept.set(list, await table.query({ list }));
  }
  let isHeld = true;
  const held = async (query: Query): Promise<Page> => {
    const list = "list" in query ? kept.get(query.list) : undefined;
    if (!isHeld || !list) return table.query(query);
    return { items: list.items.filter((row) => String(row.rank).startsWith(query.prefix ?? "")), next: undefined };
  };
  behind = { table: { ...table, query: held as Table["query"] } };
  fixture.world.rebind(behind);
  return () => {
    isHeld = false;
  };
}

/** Reads like `reading`, while the index lags until the n-th pause. */
async function readingBehind<R>(run: () => Promise<R>, free: () => void, until: number) {
  return reading(run, async (n) => {
    if (n === until) free();
  });
}

const emails = async (state: "pending" | "ended", after?: string) =>
  (await Invitations.list({ state, ...(after && { after }) })).items.map(({ email }) => email);

describe("a list of invitations, right after a change", () => {
  test("has the invitation that was sent, and no longer the one that was revoked", async () => {
    const free = await holdIndex();
    const after = await writing(() => Send.send({ invitations: [{ email: "carol@example.com", role: "read" }] }));
    await follow();
    expect(await asAda(() => emails("pending"))).toEqual([]);
    expect(await readingBehind(() => emails("pending", after), free, 2)).toEqual({
      output: ["carol@example.com"],
      isIncluded: true,
      paused: 2,
    });

    const [sent] = await asAda(() => Invitations.list({})).then(({ items }) => items);
    const freeAgain = await holdIndex();
    const revoked = await writing(() => Manage.revoke({ invitation: sent?.id ?? "" }));
    await follow();
    expect(await asAda(() => emails("pending"))).toEqual(["carol@example.com"]);
    const read = await readingBehind(() => emails("ended", revoked), freeAgain, 1);
    expect(read).toEqual({ output: ["carol@example.com"], isIncluded: true, paused: 1 });
  });

  test("has a changed role", async () => {
    await fixture.invite("carol@example.com", "read");
    await follow();
    const free = await holdIndex();
    const [sent] = await asAda(() => Invitations.list({})).then(({ items }) => items);
    const after = await writing(() => Manage.changeRole({ invitation: sent?.id ?? "", role: "write" }));
    await follow();
    const roles = async () => (await Invitations.list({ after })).items.map(({ role }) => role);
    expect(await readingBehind(roles, free, 1)).toEqual({ output: ["write"], isIncluded: true, paused: 1 });
  });

  test("lacks who accepted, however long the index keeps them", async () => {
    await fixture.invite("carol@example.com");
    const token = await fixture.tokenOf("carol@example.com");
    const carol = await fixture.world.person("carol@example.com");
    await catchUp();
    await holdIndex();
    await fixture.world.as(carol, () => Recipient.accept({ token }));
    await catchUp();
    const [sent] = await asAda(() => Invitations.list({})).then(({ items }) => items);
    const after = [ID.create("event"), sent?.id].join(".");
    expect(await reading(() => emails("pending", after))).toEqual({ output: [], isIncluded: true, paused: 0 });
    const { output } = await reading(() => Export.exportPart({ after }));
    expect(output.csv).not.toContain("carol@example.com");
  });
});

describe("right after a change, and only with its position,", () => {
  test("an export of members has them", async () => {
    const free = await holdIndex();
    const after = await changeRole("admin");
    await catchUp();
    const csv = async (more: object) => (await Members.exportPart(more)).csv.includes("bob@example.com,admin");
    expect(await asAda(() => csv({}))).toBe(false);
    expect(await readingBehind(() => csv({ after }), free, 1)).toEqual({ output: true, isIncluded: true, paused: 1 });
  });

  test("an export of members and what can be mentioned lack who was removed", async () => {
    await holdIndex(["mem"]);
    const after = await writing(() => Member.remove({ account: bob.account }));
    await catchUp();
    const csv = async (more: object) => (await Members.exportPart(more)).csv.includes("bob@example.com");
    const offered = async (more: object) => (await mentionable(more)).items.some(({ id }) => id === bob.account);
    expect(await asAda(async () => [await csv({}), await offered({})])).toEqual([true, true]);
    const read = await reading(async () => [await csv({ after }), await offered({ after })]);
    expect(read).toEqual({ output: [false, false], isIncluded: true, paused: 0 });
  });

  test("teams have their number of members", async () => {
    const { id: team } = await asAda(() => Team.create({ name: "Red" }));
    await catchUp();
    const after = await writing(() => Teams.addMembers({ team, accounts: [bob.account] }));
    await follower.view();
    const members = async (more: object) => (await TeamList.list(more)).items.map((one) => one.members);
    expect(await asAda(() => members({}))).toEqual([0]);
    const read = await reading(() => members({ after }), follow);
    expect(read).toEqual({ output: [1], isIncluded: true, paused: 1 });
  });

  test("figures count an invitation", async () => {
    const after = await writing(() => Send.send({ invitations: [{ email: "carol@example.com", role: "read" }] }));
    const committed = async (more: object) => (await Figure.list(more)).items.at(-1)?.committed;
    expect(await asAda(() => committed({}))).toBe(2);
    expect(await reading(() => committed({ after }), follow)).toEqual({ output: 3, isIncluded: true, paused: 1 });
  });

  test("imports wait for the log, from which they count invitations that ended", async () => {
    const after = await changeRole("admin");
    await follower.view();
    expect(await reading(() => Imports.list({ after }), follow)).toMatchObject({ isIncluded: true, paused: 1 });
  });

  test("updates are found by tag and by word, and their tags are offered", async () => {
    const after = await writing(() => Update.create({ title: "Release", content: "Out.", tags: ["news"] }));
    await follow();
    const found = async (more: object) => (await Feed.list(more)).items.map(({ title }) => title);
    const tags = async (more: object) => (await Feed.listTags(more)).items.map(({ tag }) => tag);
    for (const filter of [{ tag: "news" }, { search: "release" }]) {
      expect(await asAda(() => found(filter))).toEqual([]);
    }
    expect(await asAda(() => tags({}))).toEqual([]);
    expect(await reading(() => found({ tag: "news", after }))).toMatchObject({ output: [], isIncluded: false });
    const read = await reading(() => found({ tag: "news", after }), follower.view);
    expect(read).toEqual({ output: ["Release"], isIncluded: true, paused: 1 });
    const output = [["Release"], ["news"]];
    const both = await reading(async () => [await found({ search: "release", after }), await tags({ after })]);
    expect(both).toEqual({ output, isIncluded: true, paused: 0 });
  });

  test("a deleted update is not waited for", async () => {
    const { id: update } = await asAda(() => Update.create({ title: "Release", content: "Out." }));
    await catchUp();
    const after = await writing(() => Remove.remove({ update }));
    await follow();
    expect(await reading(() => Feed.list({ after }))).toMatchObject({ isIncluded: true, paused: 0 });
  });

  test("reads that a replica may answer are consistent", async () => {
    const after = await changeRole("admin");
    await catchUp();
    const { table } = fixture.world;
    const lax: string[] = [];
    const watched = {
      ...table,
      query: ((query: Query) => {
        if (!("list" in query) && query.consistent !== true) lax.push(query.pk);
        return table.query(query);
      }) as Table["query"],
      getMany: ((keys: Key[], options?: { consistent?: boolean }) => {
        if (options?.consistent === false) lax.push(...keys.map(rowName));
        return table.getMany(keys, options);
      }) as Table["getMany"],
    };
    behind = { table: watched };
    fixture.world.rebind(behind);
    const reads = async (more: object) => {
      await AuditList.list(more);
      await List.list({ role: "admin", ...more });
      await TeamList.list(more);
      await Figure.list(more);
    };
    await asAda(() => reads({}));
    expect(lax).not.toEqual([]);
    lax.length = 0;
    await reading(() => reads({ after }));
    expect(lax).toEqual([]);
  });
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
    expect(await fixture.world.table.get(memberKeys.member(fixture.organization, account))).toBeUndefined();
  });
});
