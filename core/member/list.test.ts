import { meter } from "@muster/local/testing/costs/meter.ts";
import { accountOf, addMembers, follow, type NewMember } from "@muster/local/testing/fixtures/members.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { colorOf } from "../account/shape.ts";
import { auditKeys } from "../audit/keys.ts";
import { fold } from "../base/fold.ts";
import * as ID from "../base/id.ts";
import { type Role, roles } from "../base/role.ts";
import { put, type Query, remove, typed, update } from "../table/table.ts";
import { memberKeys } from "./keys.ts";
import { get, list } from "./list.ts";

type Filters = Parameters<typeof list>[0];
type Page = Awaited<ReturnType<typeof list>>;

const acme = ID.derive("organization", "acme");
const other = ID.derive("organization", "other");
let world: World;
let viewer: Person;

async function open() {
  world = await openWorld();
  viewer = await world.person("viewer@example.com");
}

const look = (filters: Filters, role: Role = "owner", organization = acme): Promise<Page> =>
  world.as(viewer, () => list(filters), { id: organization, role });

/** Reads every page of a list. `between` runs after each page. */
async function all(filters: Filters, role: Role = "owner", between: (page: Page) => Promise<void> = async () => {}) {
  const items: Page["items"] = [];
  let cursor: string | undefined;
  do {
    const page = await look({ ...filters, ...(cursor !== undefined && { cursor }) }, role);
    items.push(...page.items);
    await between(page);
    cursor = page.next;
  } while (cursor !== undefined);
  return items;
}

/** Returns what the log says of the numbers of members. */
const count = (numbers: { [R in Role | "active"]?: number }) =>
  world.table.write(put(auditKeys.stats(acme), { seq: 1, hash: "", day: "", ...numbers }));
const names = (items: Page["items"]) => items.map(({ name }) => name);
const someone = (
  name: string,
  role: Role = "read",
  email = `${ID.derive("address", name)}@example.com`,
): NewMember => ({
  name,
  role,
  email: email.toLowerCase(),
});

describe("in a large organization", () => {
  // three of its four days are more than a request examines
  const size = depth(1_400, 2_000);
  const firstNames = ["Ana", "Ángel", "Bob", "Chloé", "Émile", "Jörg", "Maria", "Zoë", "李", "محمد"];
  const lastNames = ["Álvarez", "Bauer", "Groß", "Lovelace", "Müller", "O'Hara", "Smith-Jones", "Zhang"];
  const people = Array.from({ length: size }, (_, i) => {
    const name = `${firstNames[i % 10]} ${lastNames[(i >> 2) % 8]} ${i}`;
    // the first ones to join are the only owners
    const role = i < 3 ? "owner" : i % 50 === 0 ? "admin" : i % 2 === 0 ? "write" : "read";
    return someone(name, role, `person-${i}@example.com`);
  });
  beforeAll(async () => {
    await open();
    for (let day = 0; day < 4; day++) {
      await addMembers(world, acme, people.slice((day * size) / 4, ((day + 1) * size) / 4));
      world.clock.pass(86_400);
    }
  });

  test("members are listed by name, a hundred per page, each once", async () => {
    const sizes: number[] = [];
    const items = await all({}, "owner", async (page) => void sizes.push(page.items.length));
    expect(sizes.slice(0, size / 100)).toEqual(Array.from({ length: size / 100 }, () => 100));
    expect(names(items).map(fold)).toEqual(people.map(({ name }) => fold(name)).toSorted(byBytes));
  });

  test("or newest first", async () => {
    const days = (await all({ sort: "joined" })).map(({ joinedAt }) => joinedAt);
    expect(days).toHaveLength(size);
    expect(days).toEqual(days.toSorted().toReversed());
  });

  test("or by role from the most to the least powerful, then by name", async () => {
    const items = await all({ sort: "role" });
    const place = ({ role, name }: { role: Role | "unknown"; name: string }) =>
      `${roles.findIndex((one) => one === role)} ${fold(name)}`;
    expect(items.map(place)).toEqual(people.map(place).toSorted(byBytes));
  });

  test.each(roles)("all members of role %s are found, by name or by day", async (role) => {
    const expected = people.filter((one) => one.role === role).map(({ name }) => name);
    for (const sort of ["name", "joined", "role"] as const) {
      const items = await all({ role, sort });
      expect(names(items).toSorted()).toEqual(expected.toSorted());
    }
  });

  test.each([
    "maria",
    "maria gro",
    "pers",
    `person-${size - 1}@example.com`,
    "GROẞ",
    "jones",
    "李",
    "محم",
    String(size - 1),
    "a 7",
  ])("%s finds everybody it should, once each", async (search) => {
    const expected = people.filter((one) => isNaivelyFound(one, search, "owner"));
    expect((await all({ search })).map(({ account }) => account).toSorted()).toEqual(
      expected.map(accountOf).toSorted(),
    );
  });

  test.each(["%", "#", "a#", "nobody", "*", "\u0000"])("%j finds nobody", async (search) => {
    expect(await look({ search })).toEqual({ items: [] });
  });

  test("no request examines more than a thousand rows, and the next one continues after them", async () => {
    const limits: number[] = [];
    const { table } = world;
    const query = (one: Query) => {
      limits.push(one.limit ?? Number.POSITIVE_INFINITY);
      return table.query(one);
    };
    world.rebind({ table: typed({ ...table, query }) });
    const first = await look({ role: "owner", sort: "joined" });
    world.rebind();
    expect(first.items).toEqual([]);
    expect(limits.reduce((sum, limit) => sum + limit, 0)).toBe(1000);
    const second = await look({ role: "owner", sort: "joined", cursor: String(first.next) });
    expect(second.items).toHaveLength(3);
  });

  test("a page costs what is budgeted", async () => {
    const costs = meter(world.rows.client);
    const [, next] = [await look({}), (await look({})).next];
    for (const [filters, trips, units] of [
      [{}, 1, 4],
      [{ cursor: String(next) }, 1, 4],
      [{ search: "maria" }, 2, 20],
      [{ search: "person" }, 2, 20],
      [{ role: "admin" }, 2, 20],
      [{ sort: "joined" }, 2, 20],
    ] as [Filters, number, number][]) {
      const { result, readUnits, ...reading } = await costs.measure(() => look(filters));
      expect(result.items.length).toBeGreaterThan(20);
      expect(reading.trips).toBe(trips);
      expect(readUnits).toBeLessThanOrEqual(units);
    }
  });
});

describe("a page", () => {
  const initial = Array.from({ length: 120 }, (_, i) => someone(`Person ${String(i).padStart(3, "0")}`));
  let restore: () => Promise<void>;
  beforeAll(async () => {
    await open();
    await addMembers(world, acme, initial);
    restore = await rememberWorld(world);
  });
  beforeEach(() => restore());

  test.each([
    { filters: {} },
    { filters: { sort: "joined" as const } },
    { filters: { sort: "role" as const } },
    { filters: { search: "person" } },
    { filters: { role: "read" as const } },
  ])("keeps its place while members come and go: $filters", async ({ filters }) => {
    let came = 0;
    const between = async () => {
      const comers = ["Aaron", "Person 1", "Zoe"].map((name) => someone(`${name} ${came++}`));
      await addMembers(world, acme, comers);
      const goer = initial[118];
      if (goer) await leave(goer);
    };
    const items = await all(filters, "owner", between);
    const counts = new Map<string, number>();
    for (const { account } of items) counts.set(account, (counts.get(account) ?? 0) + 1);
    expect([...counts.values()].filter((count) => count > 1)).toEqual([]);
    const stayed = initial.toSpliced(118, 1).map(accountOf);
    expect(stayed.filter((account) => !counts.has(account))).toEqual([]);
  });

  async function leave(one: NewMember) {
    const key = memberKeys.member(acme, accountOf(one));
    const before = await world.table.get(key);
    if (!before) return;
    await world.table.write(remove(key));
    await follow([{ before }]);
  }

  test("continues in the order that it began in, even if the role becomes rare or common", async () => {
    const filters = { search: "person", role: "read" as const };
    for (const read of [1, 500]) {
      let counted = read;
      const items = await all(filters, "owner", async () => {
        counted = 501 - counted;
        await count({ active: 1000, read: counted });
      });
      expect(new Set(names(items)).size).toBe(items.length);
      expect(items).toHaveLength(initial.length);
      await count({ active: 1000, read: 501 - read });
    }
  });

  test("leaves out members who left, were renamed or changed roles after the search rows were written", async () => {
    const [left, renamed, demoted, ada] = ["Left", "Renamed", "Demoted", "Ada"].map((name) =>
      someone(`${name} Stone`, "admin"),
    ) as [NewMember, NewMember, NewMember, NewMember];
    await addMembers(world, acme, [left, renamed, demoted, ada]);
    await world.table.write(
      remove(memberKeys.member(acme, accountOf(left))),
      update(memberKeys.member(acme, accountOf(renamed)), { set: { name: "Somebody Else" } }),
      update(memberKeys.member(acme, accountOf(demoted)), { set: { role: "read" } }),
    );
    expect(names(await all({ search: "stone", role: "admin" }))).toEqual(["Ada Stone"]);
    expect(names(await all({ search: "stone" }))).toEqual(["Ada Stone", "Demoted Stone"]);
    expect(names(await all({ role: "admin" }))).toEqual(["Ada Stone", "Somebody Else"]);
  });

  test("continues only with the filters, organization and permissions that it began with", async () => {
    await addMembers(world, other, initial.slice(0, 30));
    const filters = [
      {},
      { search: "person" },
      { search: "pers" },
      { sort: "joined" as const },
      { role: "read" as const },
    ];
    const pages = await Promise.all(filters.map((one) => look(one)));
    for (const [i, { next }] of pages.entries()) {
      for (const [j, one] of filters.entries()) {
        const outcome = await resultOf(look({ ...one, cursor: String(next) }));
        expect(outcome === "cursor.invalid").toBe(i !== j);
      }
      const again = { ...filters[i], cursor: String(next) };
      expect(await resultOf(look(again, "owner", other))).toBe("cursor.invalid");
      expect(await resultOf(look(again, "read"))).toBe("cursor.invalid");
    }
    expect((await look({}, "owner", other)).items).toHaveLength(30);
  });
});

describe("what members see of each other", () => {
  const ada: NewMember = { name: "Ada Lovelace", email: "byron@example.com", role: "write" };
  let restore: () => Promise<void>;
  beforeAll(async () => {
    await open();
    await addMembers(world, acme, [ada]);
    await addMembers(world, other, [someone("Eve Stone")]);
    restore = await rememberWorld(world);
  });
  beforeEach(() => restore());
  const joinedAt = "2026-11-24T09:00:00.000Z";
  const member = {
    account: accountOf(ada),
    name: ada.name,
    color: colorOf(accountOf(ada)),
    role: ada.role,
    teams: [],
    joinedAt,
  };
  const shown = { owner: true, admin: true, write: false, read: false };

  test.each(roles)("role %s sees the address and the last day if it may", async (role) => {
    const expected = shown[role] ? { ...member, email: ada.email, activeOn: "2026-11-24" } : member;
    for (const filters of [{}, { search: "ada" }, { role: "write" as const }, { sort: "joined" as const }]) {
      expect((await look(filters, role)).items).toEqual([expected]);
    }
    expect(await world.as(viewer, () => get({ account: accountOf(ada) }), { id: acme, role })).toEqual(expected);
  });

  test.each(roles)("role %s finds members by address if it may see addresses", async (role) => {
    for (const search of ["byron", "byron@example.com", "b", "ada byron", "by lovelace"]) {
      for (const filters of [{ search }, { search, role: "write" as const }]) {
        const page = await look(filters, role);
        expect(names(page.items)).toEqual(shown[role] ? ["Ada Lovelace"] : []);
        expect(page).not.toHaveProperty("next");
      }
    }
  });

  test("a matching address does not keep a renamed member in the results", async () => {
    const renamed = { name: "Gordon Noel", email: "gordon@example.com", role: "read" as const };
    await addMembers(world, acme, [renamed]);
    await world.table.write(update(memberKeys.member(acme, accountOf(renamed)), { set: { name: "Somebody Else" } }));
    expect(names((await look({ search: "gordon" }, "admin")).items)).toEqual(["Somebody Else"]);
    expect((await look({ search: "gordon" }, "read")).items).toEqual([]);
  });

  test("the ends of pages do not reveal hidden addresses", async () => {
    await addMembers(
      world,
      acme,
      Array.from({ length: 60 }, (_, i) => ({
        name: `Z${i}`,
        email: `hidden-${i}@example.com`,
        role: "read" as const,
      })),
    );
    expect(await look({ search: "hidden" }, "read")).toEqual({ items: [] });
    expect((await look({ search: "hidden" }, "admin")).items).toHaveLength(25);
  });

  test("a member of another organization is missing, like one who does not exist", async () => {
    for (const account of [accountOf(someone("Eve Stone")), ID.derive("account", "nobody")]) {
      const outcome = resultOf(world.as(viewer, () => get({ account }), { id: acme, role: "owner" }));
      expect(await outcome).toBe("member.missing");
    }
  });

  test("a search has at most a hundred letters, and an empty one is no search", async () => {
    expect(await resultOf(look({ search: "a".repeat(101) }))).toBe("input.invalid");
    for (const search of ["", "  ", "\u0301"]) expect((await look({ search })).items.length).toBeGreaterThan(0);
  });
});

describe("a search", () => {
  const words = [
    "Ada",
    "ada",
    "Ána",
    "An",
    "Anne-Marie",
    "O'Hara",
    "o’hara",
    "Groß",
    "Gross",
    "Straße",
    "Işık",
    "Øre",
    "李小龍",
    "김철수",
    "محمد",
    "שָׁלוֹם",
    "C#",
    "100%",
    "%",
    "_x",
    "#1",
    "a.b",
    "𠮷野家",
    "👍bob",
    "ΟΔΟΣ",
    "οδός",
  ];
  const name = fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(" "));
  const local = fc.constantFrom("ada", "an", "anne-marie", "o'hara", "gross", "%x", "#1", "a.b", "bob", "_x");
  const people = fc.array(fc.record({ name, local, role: fc.constantFrom(...roles) }), { minLength: 1, maxLength: 40 });
  const part = fc.tuple(fc.constantFrom(...words, "ada@example.com", "anne-marie.3"), fc.integer({ min: 1, max: 7 }));
  const search = fc
    .array(part, { maxLength: 3 })
    .map((parts) => parts.map(([word, length]) => [...word].slice(0, length).join("")).join(" "));
  const filters = fc.record({ search, role: fc.option(fc.constantFrom(...roles), { nil: undefined }) });

  /** Treats every role but the first one's as common, so that both ways of searching run. */
  const countAll = ([{ role } = someone("Nobody")]: NewMember[]) =>
    count({ active: 1000, owner: 500, admin: 500, write: 500, read: 500, [role]: 1 });

  test("finds exactly the members that a full scan finds, each once, for every viewer", async () => {
    const property = fc.asyncProperty(
      people,
      fc.array(fc.tuple(filters, fc.constantFrom(...roles)), { minLength: 5, maxLength: 10 }),
      fc.boolean(),
      async (drawn, searches, isCounted) => {
        await open();
        const everybody = drawn.map(({ local, ...one }, i) => ({ ...one, email: `${local}.${i}@example.com` }));
        await addMembers(world, acme, everybody);
        if (isCounted) await countAll(everybody);
        for (const [{ search, role }, as] of searches) {
          const found = await all({ search, ...(role && { role }) }, as);
          const expected = everybody.filter((one) => (!role || one.role === role) && isNaivelyFound(one, search, as));
          expect(found.map(({ account }) => account).toSorted()).toEqual(expected.map(accountOf).toSorted());
        }
        await world.rows.stop();
      },
    );
    await fc.assert(property, { numRuns: depth(3, 200) });
  });
});

const byBytes = (one: string, another: string) => Buffer.compare(Buffer.from(one), Buffer.from(another));

/** Searches for each typed word at every start of a word in the name. */
function isNaivelyFound({ name, email }: NewMember, search: string, as: Role): boolean {
  const seesAddress = as === "owner" || as === "admin";
  return fold(search)
    .split(/\s+/)
    .filter(Boolean)
    .every((start) => beginsAWord(fold(name), start) || (seesAddress && fold(email).startsWith(start)));
}

function beginsAWord(text: string, start: string): boolean {
  const isLetter = (character: string | undefined) => /[\p{L}\p{N}]/u.test(character ?? "");
  const letters = [...text];
  return letters.some((letter, i) => {
    const before = letters[i - 1] ?? " ";
    const begins = before === " " || (isLetter(letter) && !isLetter(before));
    return begins && letters.slice(i).join("").startsWith(start);
  });
}
