import { memberPut } from "@muster/local/testing/fixtures/rows.ts";
import {
  runScenario,
  type Scenario,
  type ScenarioContext,
  testGuards,
} from "@muster/local/testing/invariants/scenario.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import type { Role } from "../base/role.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { remove, update } from "../table/table.ts";
import { memberKeys } from "./keys.ts";

const [bobs, carols] = ["bob@example.com", "carol@example.com"];

/** Bob is a member. The second action happens while the first one runs. */
const withBob =
  (
    role: Role,
    slow: (context: ScenarioContext, bob: Person) => unknown,
    fast: (context: ScenarioContext, bob: Person) => unknown,
  ): Scenario =>
  async (context) => {
    const bob = await context.fixture.join(bobs, role);
    await context.invariants.check();
    await context.overtake(
      async () => slow(context, bob),
      async () => fast(context, bob),
    );
    return context.invariants.check();
  };

/** Gives the address of a member to another account first, as if it had changed hands. */
const withForeignAddress =
  (part: (context: ScenarioContext, bob: Person) => Promise<string>): Scenario =>
  async (context) => {
    const { fixture } = context;
    const bob = await fixture.join(bobs);
    const key = invitationKeys.addressIn(fixture.organization, addressOf(bobs));
    await fixture.world.table.write(update(key, { set: { account: fixture.ada.account } }));
    await part(context, bob);
    return (await fixture.rowOf(bobs))?.state === "member" ? [] : ["the address of another account was changed"];
  };

/** An organization that is purged in between leaves no row that counts owners. */
const purgedBetween =
  (action: (context: ScenarioContext, bob: Person) => Promise<string>, bobsRole: Role): Scenario =>
  async (context) => {
    const { fixture, overtake } = context;
    const bob = await fixture.join(bobs, bobsRole);
    const organizationRow = organizationKeys.organization(fixture.organization);
    await overtake(
      () => action(context, bob),
      () => fixture.world.table.write(remove(organizationRow)),
    );
    return (await fixture.world.table.get(organizationRow)) ? ["a purged organization came back"] : [];
  };

const races: Record<string, Scenario> = {
  "member.role_changed: membership": withBob(
    "read",
    ({ actions, fixture }, bob) => actions.changeRole(fixture.ada, bob, "write"),
    ({ actions, fixture }, bob) => actions.remove(fixture.ada, bob),
  ),
  "member.role_changed: organization loses an owner": withBob(
    "owner",
    ({ actions }, bob) => actions.changeRole(bob, bob, "read"),
    ({ actions, fixture }) => actions.leave(fixture.ada),
  ),
  "member.role_changed: organization gains an owner": purgedBetween(
    ({ actions, fixture }, bob) => actions.changeRole(fixture.ada, bob, "owner"),
    "read",
  ),

  "member.role_changed: membership of the actor": async ({ fixture, actions, invariants, overtake }) => {
    const [bob, carol] = [await fixture.join(bobs, "read"), await fixture.join(carols, "admin")];
    await invariants.check();
    await overtake(
      () => actions.changeRole(carol, bob, "admin"),
      () => actions.changeRole(fixture.ada, carol, "read"),
    );
    return invariants.check();
  },

  "member.removed: membership": withBob(
    "read",
    ({ actions, fixture }, bob) => actions.remove(fixture.ada, bob),
    ({ actions, fixture }, bob) => actions.changeRole(fixture.ada, bob, "owner"),
  ),
  "member.removed: address": withForeignAddress(({ actions, fixture }, bob) => actions.remove(fixture.ada, bob)),
  "member.removed: organization": withBob(
    "owner",
    ({ actions, fixture }, bob) => actions.remove(fixture.ada, bob),
    ({ actions, fixture }) => actions.leave(fixture.ada),
  ),

  "member.left: membership": withBob(
    "read",
    ({ actions }, bob) => actions.leave(bob),
    ({ actions, fixture }, bob) => actions.changeRole(fixture.ada, bob, "owner"),
  ),
  "member.left: address": withForeignAddress(({ actions }, bob) => actions.leave(bob)),
  "member.left: organization": withBob(
    "owner",
    ({ actions }, bob) => actions.leave(bob),
    ({ actions, fixture }) => actions.leave(fixture.ada),
  ),

  "member.transferred: membership of the new owner": withBob(
    "read",
    ({ actions, fixture }, bob) => actions.transfer(fixture.ada, bob),
    ({ actions }, bob) => actions.leave(bob),
  ),
  "member.transferred: membership of the old owner": async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    const [bob, carol] = [await fixture.join(bobs, "read"), await fixture.join(carols, "owner")];
    await invariants.check();
    await overtake(
      () => actions.transfer(fixture.ada, bob),
      () => actions.changeRole(carol, fixture.ada, "write"),
    );
    return invariants.check();
  },
  "member.transferred: organization": purgedBetween(
    ({ actions, fixture }, bob) => actions.transfer(fixture.ada, bob),
    "owner",
  ),

  "member.reinstated: address": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.join(bobs);
    await actions.remove(fixture.ada, bob);
    await invariants.check();
    await overtake(
      () => actions.reinstate(fixture.ada, bobs),
      () => actions.send(fixture.ada, { email: bobs }),
    );
    return invariants.check();
  },
  // an account's address may change one day: then only the membership knows
  "member.reinstated: membership": async ({ fixture, actions }) => {
    const bob = await fixture.join(bobs, "read");
    await actions.remove(fixture.ada, bob);
    const key = memberKeys.member(fixture.organization, bob.account);
    await fixture.world.table.write(memberPut(fixture.organization, bob.account, { role: "admin" }));
    await actions.reinstate(fixture.ada, bobs);
    return (await fixture.world.table.get(key))?.role === "admin" ? [] : ["a membership was overwritten"];
  },
  "member.reinstated: organization": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.join(bobs);
    await actions.remove(fixture.ada, bob);
    await overtake(
      () => actions.reinstate(fixture.ada, bobs),
      () =>
        actions.send(fixture.ada, ...["a", "b", "c", "d", "e", "f"].map((name) => ({ email: `${name}@example.com` }))),
    );
    return invariants.check();
  },

  "member.reinstated: membership of the actor": async ({ fixture, actions, invariants, overtake }) => {
    const [bob, carol] = [await fixture.join(bobs, "admin"), await fixture.join(carols, "admin")];
    await actions.remove(fixture.ada, bob);
    await invariants.check();
    await overtake(
      () => actions.reinstate(carol, bobs),
      () => actions.remove(fixture.ada, carol),
    );
    return invariants.check();
  },

  "account.updated: membership": withBob(
    "read",
    ({ actions }, bob) => actions.rename(bob, "Robert"),
    ({ actions, fixture }, bob) => actions.remove(fixture.ada, bob),
  ),
};

describe("each guard of members has its race", () => {
  testGuards(races, (guard) => guard.startsWith("member.") || guard === "account.updated: membership");
});

/** Races for guards that do more than check that a row exists. */
const finer: Record<string, Scenario> = {
  "an admin demotes an owner": async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    const [bob, carol] = [await fixture.join(bobs, "write"), await fixture.join(carols, "admin")];
    await invariants.check();
    await overtake(
      () => actions.changeRole(carol, bob, "read"),
      () => actions.changeRole(fixture.ada, bob, "owner"),
    );
    const membership = await fixture.world.table.get(memberKeys.member(fixture.organization, bob.account));
    return [...(await invariants.check()), ...(membership?.role === "owner" ? [] : ["an owner was demoted"])];
  },
  "somebody is reinstated who came back and left in between": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.join(bobs);
    await actions.remove(fixture.ada, bob);
    await overtake(
      () => actions.reinstate(fixture.ada, bobs),
      async () => {
        await fixture.join(bobs);
        await actions.leave(bob);
      },
    );
    return [
      ...(await invariants.check()),
      ...((await fixture.rowOf(bobs))?.state === "former" ? [] : ["reinstated against their will"]),
    ];
  },
  "an admin removes an owner": async (context) => {
    const { fixture, actions, invariants, overtake } = context;
    const [bob, carol] = [await fixture.join(bobs, "write"), await fixture.join(carols, "admin")];
    await invariants.check();
    await overtake(
      () => actions.remove(carol, bob),
      () => actions.transfer(fixture.ada, bob),
    );
    const membership = await fixture.world.table.get(memberKeys.member(fixture.organization, bob.account));
    return [...(await invariants.check()), ...(membership?.role === "owner" ? [] : ["an owner was removed"])];
  },
  "an actor grants a role after being removed, demoted or leaving": async ({
    fixture,
    actions,
    invariants,
    overtake,
  }) => {
    const bob = await fixture.join(bobs, "read");
    const gone = async (n: number, go: (manager: Person) => Promise<string>) => {
      const manager = await fixture.join(`manager${n}@example.com`, "admin");
      const answers = await overtake(
        () => actions.changeRole(manager, bob, "write"),
        () => go(manager),
      );
      return answers.join();
    };
    const answers = [
      await gone(0, (manager) => actions.remove(fixture.ada, manager)),
      await gone(1, (manager) => actions.changeRole(fixture.ada, manager, "write")),
      await gone(2, (manager) => actions.leave(manager)),
    ];
    expect(answers).toEqual(Array(3).fill("member.outranked,done"));
    const membership = await fixture.world.table.get(memberKeys.member(fixture.organization, bob.account));
    return [...(await invariants.check()), ...(membership?.role === "read" ? [] : ["the role was granted"])];
  },
  "an owner steps down and is refused for it": async ({ fixture, actions, invariants }) => {
    await fixture.join(bobs, "owner");
    expect(await actions.changeRole(fixture.ada, fixture.ada, "read")).toBe("done");
    return invariants.check();
  },
  "two managers both change the role of one member": async ({ fixture, actions, invariants, overtake }) => {
    const [bob, carol] = [await fixture.join(bobs, "read"), await fixture.join(carols, "admin")];
    await invariants.check();
    const answers = await overtake(
      () => actions.changeRole(fixture.ada, bob, "admin"),
      () => actions.changeRole(carol, bob, "write"),
    );
    expect(answers).toEqual(["member.changed", "done"]);
    return invariants.check();
  },
  "somebody leaves while transferring ownership": async ({ fixture, actions, invariants, overtake }) => {
    const bob = await fixture.join(bobs, "read");
    await invariants.check();
    const answers = await overtake(
      () => actions.leave(fixture.ada),
      () => actions.transfer(fixture.ada, bob),
    );
    expect(answers).toEqual(["member.changed", "done"]);
    return invariants.check();
  },
};

test.each(Object.entries(finer))("it never happens that %s", async (_, race) => {
  expect((await runScenario(race)).wrong).toEqual([]);
});
