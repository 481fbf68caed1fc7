import { broken } from "@muster/local/testing/faults/broken.ts";
import { type FaultPlan, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { importPut } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { InvitationEnded } from "../invitation/events.ts";
import type { System } from "../kernel/actor.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { on, respond } from "../kernel/reaction.ts";
import { OrganizationCreated } from "../organization/events.ts";
import { put, remove, type Step, type Table, update } from "../table/table.ts";
import * as Audit from "./audit.ts";
import { link } from "./chain.ts";
import { auditKeys } from "./keys.ts";
import { list } from "./list.ts";

const actor: System = { type: "system", job: "test" };
const owner = ID.derive("organization", "acme");
const follow = () => asSystem("follow", () => Audit.follow({ owner }));

/** Writes events like any other write; each adds a member to the displayed numbers. */
async function happen(world: World, count: number) {
  for (let done = 0; done < count; done += 80) {
    const steps = Array.from({ length: Math.min(80, count - done) }, (_, n) =>
      OrganizationCreated.record(owner, { name: `Event ${done + n}` }, actor),
    );
    await world.table.write(...steps);
  }
}

describe("8 movers of 240 events at once", () => {
  const events = 240;

  /** Returns what is wrong with the log afterwards, or nothing. */
  async function race(table: (good: Table) => Table, plan: FaultPlan = {}): Promise<string[]> {
    const world = await openWorld();
    const faults = injectFaults(world.rows.client, 9);
    await happen(world, events);
    world.rebind({ table: table(world.table) });
    faults.plan(plan);
    const movers = await times(8, () => resultOf(follow()));
    faults.clear();
    world.rebind();
    const rows = (await world.rows.scan()).filter(
      ({ pk, sk }) => pk === `${owner}#log` && !String(sk).startsWith("day#"),
    );
    const left = (await world.table.query(kernelKeys.outbox(owner))).items.length;
    const stats = await world.table.get(auditKeys.stats(owner));
    return [
      ...movers.filter((mover) => mover !== "done"),
      ...(await Audit.verify(owner)),
      ...(rows.length === events ? [] : [`${rows.length} log entries`]),
      ...(new Set(rows.map((row) => row.id)).size === events ? [] : ["an event is twice, or not, in the log"]),
      ...(left === 0 ? [] : [`${left} events are left`]),
      ...(stats?.seq === events && stats.active === events && stats.owner === events ? [] : ["the numbers are wrong"]),
    ];
  }

  const isLog = (step: Step) => step.key.pk.endsWith("#log");
  const without = (isMeant: (step: Step) => boolean) => (good: Table) =>
    broken(good, (step) => (isMeant(step) && step.do !== "check" ? { ...step, guard: undefined } : step));
  /**
   * Each mover reads one row after all earlier ones have written, and the other row at once, so everything can be
   * outdated by then.
   */
  const paced = (late: "head" | "outbox") => (good: Table) => {
    let written = 0;
    let reads = 0;
    const waiting: (() => void)[] = [];
    const wakeAll = () => {
      written++;
      for (const wake of waiting.splice(0)) wake();
    };
    const waitForWrites = async (before = reads++): Promise<void> => {
      if (written >= before) return;
      await new Promise<void>((resolve) => waiting.push(resolve));
      await waitForWrites(before);
    };
    const table: Table = {
      ...good,
      get: async (key) => {
        if (late === "head") await waitForWrites();
        return good.get(key);
      },
      query: async (query) => {
        if (late === "outbox") await waitForWrites();
        const page = await good.query(query);
        if (page.items.length === 0) wakeAll();
        return page;
      },
      write: (...steps) => good.write(...steps).finally(wakeAll),
    };
    return table;
  };

  test("leave each event once, in a chain without gaps, with correct numbers", async () => {
    expect(await race((good) => good)).toEqual([]);
    expect(await race(paced("head"))).toEqual([]);
    expect(await race(paced("outbox"))).toEqual([]);
  });

  test("do so with conflicts and lost answers", async () => {
    expect(await race((good) => good, { conflicts: 0.2, lostAnswers: 0.2 })).toEqual([]);
  });

  test("would break the chain without the guards of the head and of positions in the log", async () => {
    const isMeant = (step: Step) => step.key.sk === "#stats" || isLog(step);
    expect(await race((good) => without(isMeant)(paced("outbox")(good)))).not.toEqual([]);
  });

  test("would move events twice without the guard of the outbox", async () => {
    const isMeant = (step: Step) => step.key.pk.endsWith("#out");
    expect(await race((good) => without(isMeant)(paced("head")(good)))).not.toEqual([]);
  });
});

describe("a log", () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });

  test("records events of many days, with a mark where each day begins", async () => {
    for (let day = 0; day < 46; day++) {
      await happen(world, 1);
      world.clock.pass(86_400);
    }
    expect(await follow()).toEqual({ moved: 46 });
    expect(await Audit.verify(owner)).toEqual([]);
    const marks = await world.table.query({ pk: kernelKeys.log(owner).pk, prefix: auditKeys.day(owner, "").sk });
    expect(marks.items.map(({ sk, seq }) => [sk, seq])).toEqual(
      Array.from({ length: 46 }, (_, n) => {
        const date = new Date(Date.parse("2026-11-24T09:00:00Z") + n * 86_400_000).toISOString().slice(0, 10);
        return [`day#${date}`, n + 1];
      }),
    );
  });

  test("that has lost its head is reported instead of retried forever", async () => {
    await happen(world, 2);
    await follow();
    await world.table.write(remove(auditKeys.stats(owner)));
    await happen(world, 1);
    expect(await resultOf(follow())).toContain("log.taken");
    expect((await world.table.query(kernelKeys.outbox(owner))).items).toHaveLength(1);
  });

  test("with an event that fits into no write is reported instead of retried forever", async () => {
    const imports = Array.from({ length: 95 }, () => ID.create("import"));
    await world.table.write(...imports.map((id) => importPut(owner, id)));
    const ended = Object.fromEntries(imports.map((id) => [id, 1]));
    await world.table.write(
      InvitationEnded.record(owner, { invitations: [], state: "revoked", imports: ended }, actor),
    );
    await expect(follow()).rejects.toThrow("has more counters than one write changes");
    expect((await world.table.query(kernelKeys.outbox(owner))).items).toHaveLength(1);
  });

  test("shows only what may be shown, newest first, page by page, to the owner of the cursor", async () => {
    const ada = await world.person("ada@example.com");
    await happen(world, 60);
    await follow();
    const look = (cursor?: string, id = owner) => world.as(ada, () => list({ cursor }), { id, role: "admin" });
    const first = await look();
    expect(first.items.map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, n) => 60 - n));
    expect(Object.keys(first.items[0] ?? {}).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      "actor",
      "at",
      "data",
      "id",
      "seq",
      "type",
    ]);
    const second = await look(first.next);
    expect(second.items.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, n) => 10 - n));
    expect(second.next).toBeUndefined();
    expect(await resultOf(look(first.next, ID.derive("organization", "other")))).toBe("cursor.invalid");
  });

  test("finds an event only by its own position and name", async () => {
    await happen(world, 2);
    await follow();
    const { items } = await world.table.query({ ...kernelKeys.log(owner), to: "9" });
    const [one, two] = items.map((item) => item.id);
    const received: unknown[] = [];
    const reactions = on(OrganizationCreated, (_, event) => received.push(event));
    const find = (seq: number, event: string | undefined) =>
      respond({ owner, seq, event: event as ID.ID<"event">, type: "organization.created" }, reactions);
    await find(1, one);
    expect(received).toMatchObject([{ owner, seq: 1, id: one }]);
    await expect(find(1, two)).rejects.toThrow("has no event");
    await expect(find(3, one)).rejects.toThrow("has no event");
    expect(received).toHaveLength(1);
  });

  test("is recognized by its rows, and marks of days announce nothing", () => {
    const event = ID.create("event");
    const row = { ...kernelKeys.logged(owner, 12), id: event, type: "organization.created" };
    expect(Audit.announcement(row)).toEqual({ owner, seq: 12, event, type: "organization.created" });
    expect(Audit.announcement({ pk: owner, sk: "#org" })).toBeUndefined();
  });

  test("belongs to an organization or an account only", async () => {
    for (const wrong of ["", "adr_1", `${owner}#out`, "org_", `${owner} `]) {
      const attempt = asSystem("follow", () => Audit.follow({ owner: wrong }));
      expect(await resultOf(attempt)).toBe("input.invalid");
    }
  });
});

describe("a log in which somebody", () => {
  let world: World;
  const place = (seq: number) => raw(kernelKeys.logged(owner, seq));
  beforeEach(async () => {
    world = await openWorld();
    await happen(world, 10);
    await follow();
  });

  test("changed nothing is intact", async () => {
    expect(await Audit.verify(owner)).toEqual([]);
  });

  test("altered an event shows it", async () => {
    await world.table.write(update(place(4), { set: { data: { name: "Something else" } } }));
    expect(await Audit.verify(owner)).toEqual(["The event at 4 was altered."]);
  });

  test("altered an event and its hash shows it at the next event", async () => {
    const row = await world.table.get(place(4));
    await world.table.write(
      update(place(4), { set: { at: "2020-01-01T00:00:00.000Z", hash: `x${String(row?.hash).slice(1)}` } }),
    );
    expect((await Audit.verify(owner)).length).toBeGreaterThan(0);
  });

  test("removed an event shows it", async () => {
    await world.table.write(remove(place(4)));
    expect(await Audit.verify(owner)).toEqual(["The event at 4 is missing."]);
  });

  test("swapped two events shows it", async () => {
    const [four, five] = await world.table.getMany([place(4), place(5)]);
    await world.table.write(put(place(4), { ...five, ...place(4) }), put(place(5), { ...four, ...place(5) }));
    expect(await Audit.verify(owner)).toEqual(["The event at 4 was altered."]);
  });

  test("inserted one at the end shows it", async () => {
    const last = await world.table.get(place(10));
    await world.table.write(put(place(11), { ...last, ...place(11) }));
    expect((await Audit.verify(owner)).length).toBeGreaterThan(0);
  });

  test("appended one after the end shows it", async () => {
    const last = await world.table.get(place(10));
    const { pk: _, sk: __, stream: ___, hash: before, ...event } = last ?? {};
    await world.table.write(put(place(11), { ...event, hash: link(String(before), event) }));
    expect(await Audit.verify(owner)).toEqual(["The log is longer than its head knows."]);
  });

  test("changed nothing is intact even if it grows while it is read", async () => {
    const growing: Table = {
      ...world.table,
      query: async (query) => {
        if ("pk" in query && query.pk.endsWith("#log")) {
          world.rebind();
          await happen(world, 1);
          await follow();
        }
        return world.table.query(query);
      },
    };
    world.rebind({ table: growing });
    expect(await Audit.verify(owner)).toEqual([]);
    expect(await Audit.verify(owner)).toEqual([]);
  });

  test("cut off the last one shows it", async () => {
    await world.table.write(remove(place(10)));
    expect(await Audit.verify(owner)).toEqual(["The end of the log is missing."]);
  });

  test("cut off everything shows it", async () => {
    for (let seq = 1; seq <= 10; seq++) await world.table.write(remove(place(seq)));
    expect(await Audit.verify(owner)).toEqual(["The end of the log is missing."]);
  });
});
