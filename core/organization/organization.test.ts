import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { type FaultPlan, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import { provide } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "../member/keys.ts";
import { rowName, type Table, update } from "../table/table.ts";
import { organizationKeys } from "./keys.ts";
import * as Organization from "./organization.ts";

const plan: FaultPlan = { conflicts: 0.3, lostAnswers: 0.3 };
type Options = { plan?: FaultPlan; table?: (good: Table) => Table };

async function openRace({ plan, table }: Options) {
  const world = await openWorld();
  const ada = await world.person("ada@example.com");
  const faults = injectFaults(world.rows.client, 3);
  const during = async <R>(run: () => Promise<R>): Promise<R> => {
    if (table) world.rebind({ table: table(world.table) });
    if (plan) faults.plan(plan);
    const result = await run();
    faults.clear();
    return result;
  };
  return { world, ada, during };
}
const found = (world: World, ada: Person, name = "Acme") => world.as(ada, () => Organization.create({ name }));
const asOwner = <R>(world: World, ada: Person, id: ID<"organization">, run: () => R) =>
  world.as(ada, run, { id, role: "owner" });
const rowsAt = async (world: World, sk: string) => (await world.rows.scan()).filter((row) => row.sk === sk);

describe("20 equal requests with one Idempotency-Key at once", () => {
  async function race(options: Options) {
    const { world, ada, during } = await openRace(options);
    const once = { key: kernelKeys.request(ada.account, "key"), fingerprint: "f" };
    const answers = await during(() =>
      times(20, () =>
        resultOf(provide({ ...ada.context, idempotency: once }, () => Organization.create({ name: "Acme" }))),
      ),
    );
    return {
      done: answers.filter((one) => one === "done").length,
      repeated: answers.filter((one) => one === "request.repeated").length,
      organizations: (await rowsAt(world, "#org")).length,
      events: (await world.rows.scan()).filter((row) => row.type === "organization.created").length,
    };
  }

  test("create one organization", async () => {
    expect(await race({})).toEqual({ done: 1, repeated: 19, organizations: 1, events: 1 });
  });

  test("create one organization even if answers are lost", async () => {
    expect(await race({ plan })).toEqual({ done: 1, repeated: 19, organizations: 1, events: 1 });
  });

  test("would create 20 without the guard of the record", async () => {
    const table = (good: Table) => unguarded(good, (step) => step.key.sk.startsWith("idem#"));
    expect(await race({ table })).toMatchObject({ organizations: 20 });
  });
});

describe("an organization", () => {
  test("is created with the creator as owner, an event, and its first seat in use", async () => {
    const world = await openWorld();
    const ada = await world.person("ada@example.com");
    const created = await found(world, ada);
    expect(created).toMatchObject({
      state: "active",
      plan: "free",
      role: "owner",
      seats: { capacity: 3, committed: 1 },
    });
    expect(await world.table.get(memberKeys.member(created.id, ada.account))).toMatchObject({ role: "owner" });
    const { items } = await world.table.query(kernelKeys.outbox(created.id));
    expect(items).toEqual([
      expect.objectContaining({
        type: "organization.created",
        actor: ada.account,
        data: { name: "Acme", seats: 3 },
        stream: "out",
      }),
    ]);
    expect(await world.as(ada, () => Organization.list({}))).toEqual({
      items: [{ id: created.id, name: "Acme", state: "active", billingStatus: "free", plan: "free", role: "owner" }],
    });
  });

  test("is one of at most 50 that an account creates per day", async () => {
    const world = await openWorld();
    const [ada, bob] = [await world.person("ada@example.com"), await world.person("bob@example.com")];
    for (let n = 0; n < 50; n++) await found(world, ada);
    expect(await resultOf(found(world, ada))).toBe("rate.limited");
    expect(await resultOf(found(world, bob))).toBe("done");
    world.clock.pass(86_400);
    expect(await resultOf(found(world, ada))).toBe("done");
  });

  test("shows its seats to owners and admins only", async () => {
    const world = await openWorld();
    const ada = await world.person("ada@example.com");
    const { id } = await found(world, ada);
    const seen = await Promise.all(
      (["owner", "admin", "write", "read"] as const).map((role) =>
        world.as(ada, () => Organization.get({}), { id, role }),
      ),
    );
    expect(seen.map(({ seats }) => seats !== undefined)).toEqual([true, true, false, false]);
  });

  test("that is deleted is missing for its own members, in the list and for renames too", async () => {
    const world = await openWorld();
    const ada = await world.person("ada@example.com");
    const { id } = await found(world, ada);
    await world.table.write(update(organizationKeys.organization(id), { set: { state: "deleted" } }));
    expect(await resultOf(asOwner(world, ada, id, () => Organization.get({})))).toBe("organization.missing");
    expect(await resultOf(asOwner(world, ada, id, () => Organization.rename({ name: "B" })))).toBe(
      "organization.missing",
    );
    expect((await world.as(ada, () => Organization.list({}))).items).toEqual([]);
  });

  test("that is deleted after the handler read it is not renamed", async () => {
    const world = await openWorld();
    const ada = await world.person("ada@example.com");
    const { id } = await found(world, ada);
    const key = organizationKeys.organization(id);
    const ahead = new Map([[rowName(key), await world.table.get(key)]]);
    await world.table.write(update(key, { set: { state: "deleted" } }));
    const { actor } = ada.context;
    const context = {
      actor: { ...actor, type: "member", organization: id, role: "owner" },
      prefetched: ahead,
    } as typeof ada.context;
    expect(await resultOf(provide(context, () => Organization.rename({ name: "B" })))).toBe("setting.changed");
  });

  test("that is renamed to its own name is not changed", async () => {
    const world = await openWorld();
    const ada = await world.person("ada@example.com");
    const { id } = await found(world, ada);
    expect(await asOwner(world, ada, id, () => Organization.rename({ name: "Acme" }))).toMatchObject({ revision: 0 });
    expect((await world.table.query(kernelKeys.outbox(id))).items).toHaveLength(1);
  });

  test("cannot have a name that mail clients turn into a link", async () => {
    const world = await openWorld();
    const ada = await world.person("ada@example.com");
    expect(await resultOf(found(world, ada, "Log in at evil.com"))).toBe("input.invalid");
  });
});

test("shows its billing status to managers, and to all members if it makes the organization read-only", async () => {
  const { world, ada } = await openRace({});
  const { id } = await found(world, ada);
  const seen = (role: "admin" | "write" | "read") => world.as(ada, () => Organization.get({}), { id, role });
  const stand = (billingStatus: string) =>
    world.table.write(update(raw(organizationKeys.organization(id)), { set: { billingStatus } }));
  expect([(await seen("admin")).billingStatus, (await seen("write")).billingStatus]).toEqual(["free", undefined]);
  await stand("past_due");
  expect([(await seen("admin")).billingStatus, (await seen("read")).billingStatus]).toEqual(["past_due", undefined]);
  expect((await world.as(ada, () => Organization.list({}))).items).toMatchObject([{ billingStatus: "past_due" }]);
  await stand("read_only");
  expect([(await seen("admin")).billingStatus, (await seen("read")).billingStatus]).toEqual(["read_only", "read_only"]);
});
