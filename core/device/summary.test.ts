import { gzipSync } from "node:zlib";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { deviceRow, putDevices, reportOf } from "@muster/local/testing/fixtures/devices.ts";
import { addTeam } from "@muster/local/testing/fixtures/members.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Organization from "../organization/organization.ts";
import type { Table } from "../table/table.ts";
import { put, update } from "../table/table.ts";
import { deviceKeys } from "./keys.ts";
import { alwaysCounted } from "./limits.ts";
import { summarize } from "./summary.ts";

let place: OrganizationFixture;
beforeEach(async () => {
  place = await openOrganization();
});

const summary = () => place.as(place.ada, () => summarize({}));
const link = (number: number, more = {}) =>
  putDevices(
    place.world,
    Array.from({ length: number }, () => deviceRow(place.organization, more)),
  );
const kept = () => place.world.table.get(deviceKeys.deviceSummary(place.organization));
const ms = (seconds: number) => new Date(place.world.clock.at + seconds * 1000).toISOString();

/** Counts how often devices are read. */
function metered({ table } = place.world) {
  const passes = { count: 0 };
  const query: Table["query"] = (wanted) => {
    if ("pk" in wanted && wanted.pk.endsWith("#dev") && !wanted.start) passes.count++;
    return table.query(wanted);
  };
  place.world.rebind({ table: { ...table, query } });
  return passes;
}

describe("a summary", () => {
  test("is of the organization alone, and for owners and admins", async () => {
    await link(3, { report: reportOf(0) });
    await putDevices(place.world, [deviceRow(ID.create("organization"))]);
    expect(await summary()).toMatchObject({ devices: 3, statuses: { in_force: 3 }, revision: 0, isComplete: true });
    const bob = await place.join("bob@example.com", "write");
    expect(await resultOf(place.as(bob, () => summarize({})))).toBe("actor.forbidden");
  });

  test("counts the devices of a team by its members", async () => {
    const { ada } = place;
    const bob = await place.join("bob@example.com");
    const design = await addTeam(place, "Design", [ada, bob]);
    const sales = await addTeam(place, "Sales", [bob]);
    await link(2, { account: ada.account });
    await link(3, { account: bob.account });
    await link(1);
    expect((await summary()).teams).toMatchObject([
      { team: { id: design, name: "Design" }, statuses: { behind: 5 } },
      { team: { id: sales, name: "Sales" }, statuses: { behind: 3 } },
    ]);
  });

  test("of few devices is counted each time, and not kept", async () => {
    await link(alwaysCounted);
    const passes = metered();
    await summary();
    await summary();
    expect([passes.count, await kept()]).toEqual([2, undefined]);
  });
});

describe("a summary of many devices", () => {
  beforeEach(() => link(alwaysCounted + 1, { report: reportOf(0) }));

  test("is kept, and shown until it is 2 seconds old", async () => {
    const passes = metered();
    const first = await summary();
    place.world.clock.pass(1.9);
    expect(await summary()).toEqual(first);
    expect(passes.count).toBe(1);
    await link(1);
    place.world.clock.pass(0.1);
    expect(await summary()).toMatchObject({ at: ms(0), devices: first.devices + 1 });
    expect(passes.count).toBe(2);
  });

  test("is shown for longer where there are more devices, but for a minute at most", async () => {
    const { statuses } = await summary();
    const row = await kept();
    const keptFor = async (counted: number, seconds: number) => {
      await place.world.table.write(
        put(deviceKeys.deviceSummary(place.organization), { ...row, counted, at: ms(-seconds) } as never),
      );
      return metered();
    };
    for (const [counted, seconds] of [
      [10_000, 9.9],
      [100_000, 59.9],
    ] as const) {
      const passes = await keptFor(counted, seconds);
      expect((await summary()).statuses).toEqual(statuses);
      expect(passes.count).toBe(0);
    }
    for (const [counted, seconds] of [
      [10_000, 10],
      [100_000, 60],
      [1_000, -1],
    ] as const) {
      const passes = await keptFor(counted, seconds);
      await summary();
      expect(passes.count).toBe(1);
    }
  });

  test("is not shown to another organization", async () => {
    await summary();
    const { id } = await place.world.as(place.ada, () => Organization.create({ name: "Other" }));
    const theirs = await place.world.as(place.ada, () => summarize({}), { id, role: "owner" });
    expect(theirs).toMatchObject({ devices: 0, revisions: [] });
  });

  test("is counted again as soon as the settings change", async () => {
    expect((await summary()).statuses.in_force).toBe(alwaysCounted + 1);
    await place.world.table.write(update(organizationKeys.organization(place.organization), { add: { revision: 1 } }));
    expect(await summary()).toMatchObject({ revision: 1, statuses: { in_force: 0, behind: alwaysCounted + 1 } });
  });

  test("that another release kept in another form is counted again", async () => {
    await summary();
    const row = await kept();
    for (const data of [new Uint8Array([1, 2, 3]), gzipSync('{"devices":1}')]) {
      await place.world.table.write(put(deviceKeys.deviceSummary(place.organization), { ...row, data } as never));
      expect((await summary()).devices).toBe(alwaysCounted + 1);
    }
  });

  test("that two count at once is kept once, by one or the other", async () => {
    const [one, other] = await Promise.all([summary(), summary()]);
    expect(one).toEqual(other);
    expect(await kept()).toMatchObject({ at: one.at, counted: alwaysCounted + 1 });
  });

  test("that was begun earlier never replaces one that was begun later", async () => {
    const { table, overtake } = openInterleaving(place.world.table);
    place.world.rebind({ table });
    const [slow, fast] = await overtake(summary, async () => {
      place.world.clock.pass(5);
      await link(1);
      return summary();
    });
    expect([slow.devices, fast.devices]).toEqual([alwaysCounted + 1, alwaysCounted + 2]);
    expect(await kept()).toMatchObject({ at: fast.at });
    expect(await summary()).toEqual(fast);
  });
});
