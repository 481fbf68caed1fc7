import { openWorld, origin, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { type Context, provide } from "../kernel/context.ts";
import type { Limit } from "./limits.ts";
import { take, takeMany, takeSome } from "./windows.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});

let names = 0;
/** Uses a limit of its own; each use returns what remains, or the failure. */
function limit(...windows: Limit["windows"]) {
  const name = `limit-${++names}`;
  return async (who = "ada") => {
    const context: Context = { actor: { type: "public", origin }, allowances: [] };
    let failed: unknown;
    const giveBack = await provide(context, () => take({ name, windows }, who)).catch((error: unknown) => {
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
  test("is multiplied if the process binds a factor, and only then", async () => {
    const use = limit({ quota: 2, windowSeconds: 60 });
    world.clock.at = aligned;
    world.rebind({ limitFactor: 2 });
    for (let n = 0; n < 4; n++) expect((await use()).failed).toBeUndefined();
    expect((await use()).failed).toMatchObject({ code: "rate.limited" });
    world.rebind({ limitFactor: undefined as never });
    const real = limit({ quota: 2, windowSeconds: 60 });
    expect([(await real()).left, (await real()).left]).toEqual([[1], [0]]);
    expect((await real()).failed).toMatchObject({ code: "rate.limited" });
  });

  test("is what the operator has set, if it has a name under which they set one", async () => {
    world.clock.at = aligned;
    const settings = { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 1 };
    world.rebind({ settings: Object.assign({ requestLimits: { codesPerNetwork: 3 } }, settings) });
    const set = limit({ configured: "codesPerNetwork", quota: 1, windowSeconds: 60 });
    const preset = limit({ configured: "attemptsPerNetwork", quota: 1, windowSeconds: 60 });
    expect([(await set()).left, (await set()).left, (await set()).left]).toEqual([[2], [1], [0]]);
    expect((await set()).failed).toMatchObject({ code: "rate.limited" });
    expect([(await preset()).left, (await preset()).failed?.constructor.name]).toEqual([[0], "Failure"]);
    world.rebind();
  });

  test("grants its quota in each window, and reports what remains and when the next window begins", async () => {
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

  test("with several windows is counted in all of them by one write, and refused by the one that is used up", async () => {
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

  test("counts nothing when it refuses", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 }, { quota: 5, windowSeconds: 600 });
    world.clock.at = aligned + 2 * 86_400_000;
    await use();
    for (let n = 0; n < 5; n++) expect((await use()).failed).toMatchObject({ code: "rate.limited" });
    world.clock.pass(60);
    expect((await use()).left).toEqual([0, 3]);
  });

  test("counts several uses at once, all of them or none", async () => {
    const context: Context = { actor: { type: "public", origin }, allowances: [] };
    const many = (uses: number, who: string) =>
      provide(context, () => takeMany(uses, { name: "many", windows: [{ quota: 5, windowSeconds: 60 }] }, who)).then(
        () => "granted",
        (error: Error & { code?: string }) => error.code,
      );
    world.clock.at = aligned + 6 * 86_400_000;
    expect(await many(6, "eve")).toBe("rate.limited");
    expect([await many(3, "ada"), await many(3, "ada"), await many(2, "ada"), await many(1, "ada")]).toEqual([
      "granted",
      "rate.limited",
      "granted",
      "rate.limited",
    ]);
  });

  test("grants as many of several uses as are left, also to several at once", async () => {
    const context: Context = { actor: { type: "public", origin }, allowances: [] };
    const some = (uses: number, who: string) =>
      provide(context, () => takeSome(uses, { name: "some", windows: [{ quota: 5, windowSeconds: 60 }] }, who));
    world.clock.at = aligned + 7 * 86_400_000;
    expect([await some(0, "ada"), await some(3, "ada"), await some(4, "ada"), await some(1, "ada")]).toEqual([
      0, 3, 2, 0,
    ]);
    expect(await some(50, "eve")).toBe(5);
    const all = await Promise.all([some(4, "bob"), some(4, "bob"), some(4, "bob")]);
    expect(all.reduce((sum, one) => sum + one)).toBe(5);
    world.clock.pass(60);
    expect(await some(6, "ada")).toBe(5);
  });

  test("can be given back in the windows that it was taken from", async () => {
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

  test("is separate for each caller", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 });
    await use("ada");
    expect((await use("ada")).failed).toBeDefined();
    expect((await use("bob")).failed).toBeUndefined();
  });

  test("is never exceeded by concurrent requests", async () => {
    const use = limit({ quota: 7, windowSeconds: 3600 });
    const answers = await Promise.all(Array.from({ length: 40 }, () => use()));
    expect(answers.filter(({ failed }) => !failed)).toHaveLength(7);
  });

  test("leaves rows that expire after their second window and contain no names", async () => {
    const use = limit({ quota: 1, windowSeconds: 60 });
    world.clock.at = aligned + 30_000;
    await use("ada@example.com");
    const rows = (await world.rows.scan()).filter((row) => String(row.pk).startsWith(`rate#limit-${names}#`));
    expect(rows).toHaveLength(1);
    expect(rows[0]?.ttl).toBe(aligned / 1000 + 120);
    expect(JSON.stringify(rows)).not.toContain("ada");
  });
});
