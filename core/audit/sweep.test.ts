import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { organizationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import type { System } from "../kernel/actor.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { OrganizationCreated } from "../organization/events.ts";
import { organizationKeys } from "../organization/keys.ts";
import { put, update } from "../table/table.ts";
import { verify } from "./audit.ts";
import { sweep } from "./sweep.ts";

const actor: System = { type: "system", job: "test" };
const run = () => asSystem("clock", () => sweep({}));
/** They are listed in this order. */
const organization = (n: number): ID.ID<"organization"> => `org_${String(n).padStart(26, "0")}`;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
const found = (n: number) => world.table.write(organizationPut(organization(n)));
const happen = (n: number) => world.table.write(OrganizationCreated.record(organization(n), { name: "Acme" }, actor));
const left = async (n: number) => (await world.table.query(kernelKeys.outbox(organization(n)))).items.length;

describe("a sweep", () => {
  test("drains what was lost, and leaves alone what is on its way", async () => {
    await found(1);
    await found(2);
    await happen(1);
    world.clock.pass(599);
    await happen(2);
    expect(await run()).toMatchObject({ checked: 2, moved: 0 });
    world.clock.pass(1);
    expect(await run()).toMatchObject({ checked: 2, moved: 1 });
    expect([await left(1), await left(2)]).toEqual([0, 1]);
    expect(await verify(organization(1))).toEqual([]);
  });

  test("checks a limited number of organizations, and continues where it stopped", async () => {
    const count = 1005;
    await putAll(
      world,
      Array.from({ length: count }, (_, n) => organizationPut(organization(n))),
    );
    for (const n of [0, 999, 1000, 1004]) await happen(n);
    world.clock.pass(600);
    expect(await run()).toMatchObject({ checked: 1000, moved: 2 });
    expect(await run()).toMatchObject({ checked: 5, moved: 2 });
    expect((await run()).checked).toBe(1000);
  });

  test("visits a 48th of all organizations, however many there are, and no more than its time allows", async () => {
    const count = 2_300;
    await putAll(
      world,
      Array.from({ length: count }, (_, n) => organizationPut(organization(n))),
    );
    await world.table.write(put(kernelKeys.watermark("audit.sweep"), { total: 100_000 }));
    expect((await run()).checked).toBe(Math.ceil(100_000 / 48));
    expect((await run()).checked).toBe(count - Math.ceil(100_000 / 48));
    expect(await world.table.get(kernelKeys.watermark("audit.sweep"))).toMatchObject({ total: count, visited: 0 });
    const isLate = () => asSystem("clock", () => sweep({}), world.clock.at);
    expect((await isLate()).checked).toBe(0);
    await world.table.write(update(kernelKeys.watermark("audit.sweep"), { set: { visited: 96_000 } }));
    expect((await run()).checked).toBe(2_000);
  });

  test("proceeds from month to month, then to deleted ones, and starts over", async () => {
    await found(1);
    await world.table.write(organizationPut(organization(4), { list: organizationKeys.deletedOrganizations }));
    await happen(4);
    world.clock.at = Date.parse("2027-01-15T00:00:00Z");
    await found(2);
    await found(3);
    const checked: number[] = [];
    for (let n = 0; n < 3; n++) checked.push((await run()).checked);
    expect(checked).toEqual([4, 4, 4]);
    expect(await left(4)).toBe(0);
  });

  test("is not held up by one broken log, and reports it", async () => {
    for (const n of [1, 2]) await found(n).then(() => happen(n));
    await world.table.write(put(raw(kernelKeys.logged(organization(1), 1)), { id: "evt_of_somebody_else" }));
    world.clock.pass(600);
    expect(await resultOf(run())).toContain("1 logs");
    expect([await left(1), await left(2)]).toEqual([1, 0]);
    expect(await world.table.get(kernelKeys.watermark("audit.sweep"))).toBeDefined();
  });
});
