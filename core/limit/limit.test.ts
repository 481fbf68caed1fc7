import { gate, unguarded } from "@muster/local/testing/broken.ts";
import { injectFaults } from "@muster/local/testing/faults.ts";
import { openWorld, origin, type World } from "@muster/local/testing/world.ts";
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Context, provide } from "../kernel/context.ts";
import type { Table } from "../table/table.ts";
import * as Limit from "./limit.ts";
import { type Booking, network, take } from "./limit.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

let names = 0;
/** Uses of one limit that nobody else touches; each answers how much is left, or the failure. */
function limit(...windows: Parameters<typeof take> extends [string, string, ...infer W] ? W : never) {
  const name = `limit-${++names}`;
  return async (who = "ada") => {
    const context: Context = { actor: { type: "public", origin }, allowances: [] };
    let failed: unknown;
    const giveBack = await provide(context, () => take(name, who, ...windows)).catch((error: unknown) => {
      failed = error;
    });
    return {
      failed,
      giveBack,
      left: context.allowances?.map(({ remaining }) => remaining),
      allowances: context.allowances,
    };
  };
}
const aligned = Date.parse("2026-11-24T00:00:00Z");

describe("a limit", () => {
  test("grants its quota in each window, and says what is left and when it begins anew", async () => {
    const use = limit({ quota: 2, windowSeconds: 60 });
    world.clock.at = aligned + 45_000;
    expect((await use()).allowances).toEqual([
      expect.objectContaining({ quota: 2, remaining: 1, windowSeconds: 60, resetSeconds: 15 }),
    ]);
    expect((await use()).left).toEqual([0]);
    const { failed, allowances } = await use();
    expect(failed).toMatchObject({ kind: "rate", code: "rate.limited", retryAfterSeconds: 15 });
    expect(allowances).toEqual([expect.objectContaining({ remaining: 0, resetSeconds: 15 })]);

    world.clock.pass(14);
    expect((await use()).failed).toMatchObject({ retryAfterSeconds: 1 });
    world.clock.pass(1);
    expect((await use()).left).toEqual([1]);
  });

  test("of several windows is counted in all of them by one write, and refused by the one that is spent", async () => {
    const use = limit({ quota: 2, windowSeconds: 60 }, { quota: 3, windowSeconds: 600 });
    world.clock.at = aligned + 86_400_000;
    expect((await use()).left).toEqual([1, 2]);
    expect((await use()).left).toEqual([0, 1]);
    expect((await use()).failed).toMatchObject({ retryAfterSeconds: 60 });
    world.clock.pass(60);
    expect((await use()).left).toEqual([1, 0]);
    const { failed, allowances } = await use();
    expect(failed).toMatchObject({ retryAfterSeconds: 540 });
    expect(allowances).toEqual([expect.objectContaining({ windowSeconds: 600, remaining: 0 })]);
    world.clock.pass(540);
    expect((await use()).left).toEqual([1, 2]);
  });

  test("that refuses has counted nothing", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 }, { quota: 5, windowSeconds: 600 });
    world.clock.at = aligned + 2 * 86_400_000;
    await use();
    for (let n = 0; n < 5; n++) expect((await use()).failed).toMatchObject({ code: "rate.limited" });
    world.clock.pass(60);
    expect((await use()).left).toEqual([0, 3]);
  });

  test("gets back what came to nothing, in the windows that it was taken from", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 }, { quota: 2, windowSeconds: 600 });
    world.clock.at = aligned + 4 * 86_400_000;
    const { giveBack } = await use();
    expect((await use()).failed).toBeDefined();
    await giveBack?.();
    const again = await use();
    expect(again.left).toEqual([0, 1]);
    world.clock.pass(60);
    await again.giveBack?.();
    expect((await use()).left).toEqual([0, 1]);
    expect((await use()).failed).toBeDefined();
  });

  test("is each one's own", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 });
    await use("ada");
    expect((await use("ada")).failed).toBeDefined();
    expect((await use("bob")).failed).toBeUndefined();
  });

  test("is never exceeded by many at once", async () => {
    const use = limit({ quota: 7, windowSeconds: 3600 });
    const told = await Promise.all(Array.from({ length: 40 }, () => use()));
    expect(told.filter(({ failed }) => !failed)).toHaveLength(7);
  });

  test("leaves rows that vanish after their second window, and in which nobody's name stands", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 });
    world.clock.at = aligned + 30_000;
    await use("ada@example.com");
    const rows = (await world.rows.scan()).filter((row) => String(row.pk).startsWith(`rate#limit-${names}#`));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.ttl).toBe(aligned / 1000 + 120);
    expect(JSON.stringify(rows)).not.toContain("ada");
  });
});

describe("a booking", () => {
  const second = 1000;
  const ask = (uses: number, more: Partial<Booking> = {}) =>
    Limit.book(`booking-${names}`, "all", { uses, perSecond: 10, until: world.clock.at + 60 * second, ...more });
  const book = async (uses: number, more?: Partial<Booking>) => (await ask(uses, more)).at;
  beforeEach(() => {
    names++;
    world.clock.at = aligned + 3 * 86_400_000;
  });

  test("gives each use its moment, the first at once, the others evenly after it", async () => {
    expect(await book(4)).toEqual([0, 100, 200, 300].map((ms) => world.clock.at + ms));
  });

  test("comes after those of others, and at once when these have passed", async () => {
    const start = world.clock.at;
    await book(4);
    expect(await book(2)).toEqual([start + 400, start + 500]);
    world.clock.pass(0.55);
    expect(await book(1)).toEqual([start + 600]);
    world.clock.pass(9);
    expect(await book(2)).toEqual([world.clock.at, world.clock.at + 100]);
  });

  test("answers only as many as fit, and books no more than it answers", async () => {
    const start = world.clock.at;
    const until = start + 250;
    expect(await book(9, { until })).toEqual([start, start + 100, start + 200]);
    expect(await book(9, { until })).toEqual([]);
    expect(await book(0)).toEqual([]);
    expect(await book(1)).toEqual([start + 300]);
    expect(await book(1, { until: start - 1 })).toEqual([]);
  });

  test("of many at once never puts more into any second than one may hold", async () => {
    const told = await Promise.all(Array.from({ length: 12 }, (_, n) => book(1 + (n % 10), { perSecond: 13.7 })));
    const moments = told.flat().toSorted((one, other) => one - other);
    expect(moments).toHaveLength(Array.from({ length: 12 }, (_, n) => 1 + (n % 10)).reduce((sum, n) => sum + n));
    const within = moments.map((start) => moments.filter((at) => at >= start && at < start + second).length);
    expect(Math.max(...within)).toBeLessThanOrEqual(14);
    const gaps = moments.slice(1).map((at, i) => at - (moments[i] as number));
    expect(Math.min(...gaps)).toBeCloseTo(second / 13.7, 2);
    expect(Math.max(...gaps)).toBeCloseTo(second / 13.7, 2);
  });

  test("would put more into a second without its guard", async () => {
    const { pass, opened } = gate(6);
    const together: Table = {
      ...world.table,
      get: (...all) => world.table.get(...all).finally(pass),
      change: (step) => opened.then(() => world.table.change(step)),
    };
    world.rebind({ table: unguarded(together, ({ do: what }) => what === "update") });
    const told = await Promise.all(Array.from({ length: 6 }, () => book(5)));
    world.rebind();
    expect(new Set(told.flat()).size).toBeLessThan(30);
  });

  test("of several together is made when all of them fit, and says how much too early it is asked for", async () => {
    const start = world.clock.at;
    await book(4);
    expect(await ask(9, { until: start + 550, atLeast: 3 })).toEqual({ at: [], lackingMs: 50 });
    expect(await book(9, { until: start + 600, atLeast: 3 })).toEqual([400, 500, 600].map((ms) => start + ms));
  });

  test("is no other's after a lost answer, and none is made twice", async () => {
    const faults = injectFaults(world.rows.client, 7);
    faults.plan({ lostAnswers: 0.3 });
    const told = await Promise.all(Array.from({ length: 8 }, () => book(3)));
    faults.clear();
    const moments = told.flat();
    expect(faults.struck.lostAnswers).toBeGreaterThan(0);
    expect(new Set(moments).size).toBe(24);
  });

  test("of an idle name leaves a row that vanishes", async () => {
    await book(1);
    const row = (await world.rows.scan()).find(({ pk }) => String(pk).startsWith(`rate#booking-${names}#`));
    expect(Number(row?.ttl)).toBeGreaterThan(world.clock.at / 1000 + 60);
  });
});

describe("the network of an address", () => {
  test("is all of an IPv4 address, also when it comes mapped into IPv6", () => {
    expect(network("203.0.113.7")).toBe("203.0.113.7");
    expect(network("::ffff:203.0.113.7")).toBe("203.0.113.7");
    expect(network("::FFFF:cb00:7107")).toBe("203.0.113.7");
    expect(network("0:0:0:0:0:ffff:203.0.113.7")).toBe("203.0.113.7");
    expect(network("unknown")).toBe("unknown");
  });

  test("is the first half of an IPv6 address, however it is written", () => {
    const written = [
      "2001:db8:0:1::1",
      "2001:0db8:0000:0001:ffff:ffff:ffff:ffff",
      "2001:DB8::1:0:0:0:7",
      "2001:db8:0:1::%eth0",
    ];
    expect(new Set(written.map(network))).toEqual(new Set(["2001:db8:0:1::/64"]));
    expect(network("2001:db8:0:2::1")).toBe("2001:db8:0:2::/64");
    expect(network("::1")).toBe("0:0:0:0::/64");
  });

  test("of any two IPv6 addresses is the same just when their first 64 bits are", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const half = fc.tuple(group, group, group, group);
    const write = (groups: number[]) => groups.map((one) => one.toString(16)).join(":");
    const property = fc.property(half, half, half, (one, other, rest) => {
      fc.pre(!(one.every((part) => part === 0) && rest[0] === 0));
      const [a, b] = [network(write([...one, ...rest])), network(write([...one, ...other]))];
      expect(a).toBe(b);
      expect(network(write([...other, ...rest])) === a).toBe(write(one) === write(other));
    });
    fc.assert(property);
  });
});
