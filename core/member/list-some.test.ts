import { meter } from "@muster/local/testing/costs/meter.ts";
import { accountOf, addMembers, type NewMember } from "@muster/local/testing/fixtures/members.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { lagging } from "@muster/local/testing/worlds/lagging.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { remove } from "../table/table.ts";
import { memberKeys } from "./keys.ts";
import { list } from "./list.ts";

const acme = ID.derive("organization", "acme");
const other = ID.derive("organization", "other");
const people = ["Ada", "Bob", "Cleo", "Dora"].map((name): NewMember => {
  return { name, role: name === "Ada" ? "owner" : "read", email: `${name.toLowerCase()}@example.com` };
});
const [ada = "", bob = "", cleo = "", dora = ""] = people.map(accountOf);
const stranger: NewMember = { name: "Stranger", role: "read", email: "stranger@example.com" };
let world: World;
let viewer: Person;

beforeAll(async () => {
  world = await openWorld();
  viewer = await world.person("viewer@example.com");
  await addMembers(world, acme, people);
  await addMembers(world, other, [stranger]);
  await world.table.write(remove(memberKeys.member(acme, accountOf(people[3] ?? stranger))));
});

function look(
  accounts: readonly string[],
  more: Omit<Parameters<typeof list>[0], "accounts"> = {},
  role: Role = "owner",
) {
  return world.as(viewer, () => list({ ...more, accounts: accounts.join(",") }), { id: acme, role });
}

test("some members are listed by their ids, in that order, each once, in one read", async () => {
  const costs = meter(world.rows.client);
  const { result, trips, calls } = await costs.measure(() => look([cleo, ada, bob, ada]));
  expect(result.items.map(({ name }) => name)).toEqual(["Cleo", "Ada", "Bob"]);
  expect(result.next).toBeUndefined();
  expect([trips, calls]).toEqual([1, 1]);
});

test("former members, members of other organizations and unknown accounts are left out alike", async () => {
  const { items } = await look([dora, accountOf(stranger), ID.derive("account", "nobody"), bob]);
  expect(items.map(({ name }) => name)).toEqual(["Bob"]);
});

test("a role sees of them what it sees of any member", async () => {
  const [seen] = (await look([bob], {}, "read")).items;
  expect(seen).toMatchObject({ name: "Bob" });
  expect(seen).not.toHaveProperty("email");
  expect((await look([bob])).items[0]).toHaveProperty("email", "bob@example.com");
});

test("other filters apply to them too", async () => {
  expect((await look([ada, bob], { role: "owner" })).items.map(({ name }) => name)).toEqual(["Ada"]);
  expect((await look([ada, bob], { search: "bo" })).items.map(({ name }) => name)).toEqual(["Bob"]);
});

test("a member who just left or joined is left out or listed, also where a read of another copy does not know it", async () => {
  const [eve = stranger, finn = stranger] = ["Eve", "Finn"].map((name): NewMember => {
    return { name, role: "read", email: `${name.toLowerCase()}@example.com` };
  });
  await addMembers(world, acme, [eve]);
  const key = memberKeys.member(acme, accountOf(eve));
  const before = await world.table.get(key);
  await world.table.write(remove(key));
  await addMembers(world, acme, [finn]);
  world.rebind({ table: lagging(world.table, [before]) });
  const names = async (more = {}) =>
    (await look([accountOf(finn), accountOf(eve)], more)).items.map(({ name }) => name);
  expect(await names()).toEqual(["Finn"]);
  expect(await names({ after: [ID.derive("event", "left"), accountOf(eve)].join(".") })).toEqual(["Finn"]);
  world.rebind();
});

test("their order and their page are those of the accounts: neither is chosen otherwise", async () => {
  expect(await resultOf(look([bob, ada], { sort: "joined" }))).toBe("input.invalid");
  expect(await resultOf(look([bob, ada], { sort: "name" }))).toBe("input.invalid");
  expect(await resultOf(look([bob, ada], { cursor: "x" }))).toBe("input.invalid");
});

test("at most a hundred, and only ids of accounts", async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, at) => ID.derive("account", String(at)));
  expect((await look(ids(100))).items).toEqual([]);
  for (const accounts of [ids(101), [acme], [""], [ada, "x"]]) {
    expect(await resultOf(look(accounts))).toBe("input.invalid");
  }
});
