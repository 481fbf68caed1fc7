import { depth } from "@muster/local/testing/random.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { accountKeys } from "../account/keys.ts";
import * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import type { Item } from "../table/table.ts";
import { project, terms } from "./search.ts";

const acme = ID.derive("organization", "acme");
const account = (name: string) => ID.derive("account", name);
const membership = (who: string, more: Item = {}): Item => ({
  ...memberKeys.member(acme, account(who)),
  name: `${who} Lovelace`,
  email: `${who.toLowerCase()}@example.com`,
  role: "read",
  joinedAt: "2026-11-24",
  ...more,
});
const keysOf = (row: Item) =>
  terms(row).map(({ pk, sk }) => [pk.slice(`${acme}#find#`.length), sk.replace(/#acc_.*/, "")]);

describe("a member is found by", () => {
  test("the words of the name, the address, the role and the day", () => {
    expect(keysOf(membership("Ada"))).toEqual([
      ["a", "ada"],
      ["l", "lovelace"],
      ["a", "ada@example.com"],
      ["@", "3#ada lovelace"],
      ["~", "2026-11-24"],
    ]);
  });

  test("words without accents and case, once each, at most eight", () => {
    const words = keysOf(membership("Ada", { name: "Ángel ANGEL Ünal-Groß b c d e f g" })).map(([, word]) => word);
    expect(words.slice(0, -3)).toEqual(["angel", "unal-gross", "gross", "b", "c", "d", "e", "f"]);
  });

  test("keys that the table accepts, even if folding makes the name longer", () => {
    const keys = keysOf(membership("Ada", { name: "\ufdfa".repeat(80) }));
    for (const [, term = ""] of keys) expect(Buffer.byteLength(term)).toBeLessThan(900);
  });

  test("words in a fixed set of partitions", () => {
    const buckets = keysOf(membership("Ada", { name: "李 Émile 9lives *x" })).map(([bucket]) => bucket);
    expect(buckets).toEqual(["_", "e", "9", "_", "x", "a", "@", "~"]);
  });

  test("all but an unknown role, last among the roles, if a newer release gave it", () => {
    const known = keysOf(membership("Ada")).filter(([bucket]) => bucket !== "@");
    const found = keysOf(membership("Ada", { role: "billing" }));
    expect(found.filter(([bucket]) => bucket !== "@")).toEqual(known);
    expect(found).toContainEqual(["@", "4#ada lovelace"]);
  });

  test("nothing, if a newer release wrote the membership in another way", () => {
    expect(keysOf(membership("Ada", { name: { given: "Ada" } }))).toEqual([]);
  });

  test("nothing, if the row is not a membership", () => {
    const others = [
      undefined,
      { ...accountKeys.profile(account("Ada")), name: "Ada" },
      invitationKeys.addressIn(acme, "adr_1"),
      organizationKeys.organization(acme),
    ];
    expect(others.flatMap(terms)).toEqual([]);
  });
});

describe("search rows", () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  type Change = { before?: Item; after?: Item };
  const apply = (changes: Change[]) => asSystem("view", () => project({ changes }));
  const kept = async (of = world) => (await of.rows.scan()).filter(({ pk }) => String(pk).includes("#find#"));
  const sorted = (rows: Item[]) =>
    rows.map((row) => JSON.stringify(row, ["pk", "sk", "text", "email", "role"])).toSorted((a, b) => (a < b ? -1 : 1));
  const ada = membership("Ada");
  const renamed = membership("Ada", { name: "Ada King", role: "admin" });

  test("follow a row through its life, and are removed with it", async () => {
    await apply([{ after: ada }]);
    expect(sorted(await kept())).toEqual(sorted(terms(ada)));
    await apply([{ before: ada, after: renamed }]);
    expect(sorted(await kept())).toEqual(sorted(terms(renamed)));
    await apply([{ before: renamed }]);
    expect(await kept()).toEqual([]);
  });

  test("hold only pointers and the attributes that a search filters by", async () => {
    await apply([{ after: { ...ada, secret: "x", teams: new Set(["t"]) } }]);
    for (const row of await kept()) {
      expect(Object.keys(row).every((name) => ["pk", "sk", "text", "email", "role"].includes(name))).toBe(true);
    }
  });

  test("are the same however often the stream repeats and however it divides its batches", async () => {
    const names = ["Ada", "Bob", "Eve"];
    const versions = fc.array(fc.constantFrom("King", "Lovelace", "Stone", "gone"), { minLength: 1, maxLength: 5 });
    const cut = fc.integer({ min: 1, max: 4 });
    const property = fc.asyncProperty(
      fc.tuple(versions, versions, versions),
      cut,
      fc.nat(3),
      fc.nat(2),
      async (all, size, at, rotation) => {
        const place = await openWorld();
        const changes = names.map((name, n) => historyOf(name, all[n] ?? []));
        const ends = names
          .map((name, n) => historyOf(name, all[n] ?? []).at(-1)?.after)
          .filter((row) => row !== undefined);
        // rows of one key keep their order; those of different keys need not
        const order = [...changes.slice(rotation), ...changes.slice(0, rotation)].flat();
        for (let i = 0; i < order.length; i += size) await apply(order.slice(i, i + size));
        const from = Math.min(at, order.length - 1);
        await apply(order.slice(from)); // and again from some record on, as after an error
        const rows = sorted(await kept(place));
        await place.rows.stop();
        expect(rows).toEqual(sorted(ends.flatMap((row) => terms(row))));
      },
    );
    await fc.assert(property, { numRuns: depth(8, 250) });
  });

  function historyOf(name: string, versions: string[]): Change[] {
    let before: Item | undefined;
    return versions.flatMap((version) => {
      const after = version === "gone" ? undefined : membership(name, { name: `${name} ${version}` });
      const change = { ...(before && { before }), ...(after && { after }) };
      before = after;
      return Object.keys(change).length > 0 ? [change] : [];
    });
  }
});
