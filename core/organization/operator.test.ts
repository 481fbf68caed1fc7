import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { type Item, update } from "../table/table.ts";
import * as Grant from "./grant.ts";
import { organizationKeys } from "./keys.ts";
import * as Operator from "./operator.ts";
import * as Organization from "./organization.ts";

let world: World;
let ada: Person;
let organization: ID.ID<"organization">;

async function found() {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  organization = (await world.as(ada, () => Organization.create({ name: "Acme" }))).id;
}
beforeEach(found);

const asOperator = <R>(run: () => R) => asSystem("operator", run);
const grant = (seats: number) => asOperator(() => Grant.grant({ organization, seats }));
const suspend = (id = organization) => asOperator(() => Operator.suspend({ organization: id }));
const lift = (id = organization) => asOperator(() => Operator.reactivate({ organization: id }));
const inspect = (id = organization) => asOperator(() => Operator.inspect({ organization: id }));
const organizationRow = () => world.table.get(organizationKeys.organization(organization));
const change = (set: Item) => world.table.write(update(organizationKeys.organization(organization), { set }));
const nobodys = ID.create("organization");

/** Returns the events in the log since the organization was created. */
async function events() {
  await asSystem("follow", () => Audit.follow({ owner: organization }));
  const { items } = await world.table.query({ ...kernelKeys.log(organization), from: "000000000002", to: "9" });
  return items.map(({ type, data, actor }) => ({ type, data, actor }));
}

describe("an organization that an operator suspends", () => {
  test("cannot grow until the operator reactivates it", async () => {
    expect(await suspend()).toEqual({ changed: true });
    expect(await organizationRow()).toMatchObject({ state: "suspended", growth: false });
    expect(await lift()).toEqual({ changed: true });
    expect(await organizationRow()).toMatchObject({ state: "active", growth: true });
    expect(await events()).toEqual([
      { type: "organization.suspended", data: {}, actor: "system#operator" },
      { type: "organization.reactivated", data: {}, actor: "system#operator" },
    ]);
  });

  test("is suspended once and reactivated once, however often either is requested", async () => {
    expect(await lift()).toEqual({ changed: false });
    await suspend();
    expect(await suspend()).toEqual({ changed: false });
    await lift();
    expect(await lift()).toEqual({ changed: false });
    expect(await events()).toHaveLength(2);
  });

  test("many times at once has one event", async () => {
    const answers = await times(8, () => resultOf(suspend()));
    expect(answers.every((answer) => ["done", "organization.changed"].includes(answer))).toBe(true);
    expect(await events()).toHaveLength(1);
  });

  test("while another one changes it is not suspended twice", async () => {
    const interleaving = openInterleaving(world.table);
    world.rebind({ table: interleaving.table });
    expect(await interleaving.overtake(() => resultOf(suspend()), suspend)).toEqual([
      "organization.changed",
      { changed: true },
    ]);
    world.rebind();
    expect(await events()).toHaveLength(1);
  });

  test("keeps its seats, which an operator can still change", async () => {
    await suspend();
    await grant(6);
    expect(await organizationRow()).toMatchObject({ state: "suspended", growth: false, capacity: 9, free: 8 });
  });

  test("must exist", async () => {
    for (const attempt of [suspend, lift, inspect]) {
      expect(await resultOf(attempt(nobodys))).toBe("organization.missing");
    }
    await change({ state: "deleted" });
    for (const attempt of [suspend, lift]) expect(await resultOf(attempt())).toBe("organization.missing");
  });
});

describe("what an operator sees", () => {
  test("is what decides about an organization, and none of its people", async () => {
    await grant(2);
    await events();
    expect(await inspect()).toEqual({
      organization,
      name: "Acme",
      state: "active",
      growth: true,
      plan: "free",
      granted: { seats: 2 },

      seats: { capacity: 5, committed: 1, used: 1, held: 0 },
      owners: 1,
      createdAt: "2026-11-24T09:00:00.000Z",
      log: { length: 2, announced: 0 },
    });
  });
});

test("an owner is not an operator", async () => {
  const as = <R>(run: () => R) => world.as(ada, run, { id: organization, role: "owner" });
  const attempts: (() => Promise<unknown>)[] = [
    () => Grant.grant({ organization, seats: 100 }),
    () => Operator.suspend({ organization }),
    () => Operator.reactivate({ organization }),
    () => Operator.inspect({ organization }),
  ];
  for (const attempt of attempts) expect(await resultOf(as(attempt))).toBe("actor.forbidden");
});
