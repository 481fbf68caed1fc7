import { type Play, play, type Scene, testGuards } from "@muster/local/testing/scenes.ts";
import type { Person } from "@muster/local/testing/world.ts";
import { describe, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import type { Role } from "../kernel/permission.ts";
import { Keys } from "../table/keys.ts";
import { put, remove, update } from "../table/table.ts";

const [bobs, carols] = ["bob@example.com", "carol@example.com"];

/** Bob is a member; the first deed is overtaken by the second. */
const withBob =
  (role: Role, slow: (scene: Scene, bob: Person) => unknown, fast: (scene: Scene, bob: Person) => unknown): Play =>
  async (scene) => {
    const bob = await scene.stage.join(bobs, role);
    await scene.books.look();
    await scene.overtake(
      async () => slow(scene, bob),
      async () => fast(scene, bob),
    );
    return scene.books.look();
  };

/** As after a change of whose an address is: the row belongs to somebody else by then. */
const withForeignAddress =
  (part: (scene: Scene, bob: Person) => Promise<string>): Play =>
  async (scene) => {
    const { stage } = scene;
    const bob = await stage.join(bobs);
    const key = Keys.addressIn(stage.organization, addressOf(bobs));
    await stage.world.table.write(update(key, { set: { account: stage.ada.account } }));
    await part(scene, bob);
    return (await stage.rowOf(bobs))?.state === "member" ? [] : ["the address of somebody else parted"];
  };

/** An organization that is purged meanwhile leaves no row that counts the owners of nothing. */
const purgedMeanwhile =
  (deed: (scene: Scene, bob: Person) => Promise<string>, bobsRole: Role): Play =>
  async (scene) => {
    const { stage, overtake } = scene;
    const bob = await stage.join(bobs, bobsRole);
    const home = Keys.organization(stage.organization);
    await overtake(
      () => deed(scene, bob),
      () => stage.world.table.write(remove(home)),
    );
    return (await stage.world.table.get(home)) ? ["a purged organization came back"] : [];
  };

const races: Record<string, Play> = {
  "member.role_changed: membership": withBob(
    "read",
    ({ deeds, stage }, bob) => deeds.changeRole(stage.ada, bob, "write"),
    ({ deeds, stage }, bob) => deeds.remove(stage.ada, bob),
  ),
  "member.role_changed: organization loses an owner": withBob(
    "owner",
    ({ deeds }, bob) => deeds.changeRole(bob, bob, "read"),
    ({ deeds, stage }) => deeds.leave(stage.ada),
  ),
  "member.role_changed: organization gains an owner": purgedMeanwhile(
    ({ deeds, stage }, bob) => deeds.changeRole(stage.ada, bob, "owner"),
    "read",
  ),

  "member.role_changed: membership of who gives": async ({ stage, deeds, books, overtake }) => {
    const [bob, carol] = [await stage.join(bobs, "read"), await stage.join(carols, "admin")];
    await books.look();
    await overtake(
      () => deeds.changeRole(carol, bob, "admin"),
      () => deeds.changeRole(stage.ada, carol, "read"),
    );
    return books.look();
  },

  "member.removed: membership": withBob(
    "read",
    ({ deeds, stage }, bob) => deeds.remove(stage.ada, bob),
    ({ deeds, stage }, bob) => deeds.changeRole(stage.ada, bob, "owner"),
  ),
  "member.removed: address": withForeignAddress(({ deeds, stage }, bob) => deeds.remove(stage.ada, bob)),
  "member.removed: organization": withBob(
    "owner",
    ({ deeds, stage }, bob) => deeds.remove(stage.ada, bob),
    ({ deeds, stage }) => deeds.leave(stage.ada),
  ),

  "member.left: membership": withBob(
    "read",
    ({ deeds }, bob) => deeds.leave(bob),
    ({ deeds, stage }, bob) => deeds.changeRole(stage.ada, bob, "owner"),
  ),
  "member.left: address": withForeignAddress(({ deeds }, bob) => deeds.leave(bob)),
  "member.left: organization": withBob(
    "owner",
    ({ deeds }, bob) => deeds.leave(bob),
    ({ deeds, stage }) => deeds.leave(stage.ada),
  ),

  "member.transferred: membership of the new owner": withBob(
    "read",
    ({ deeds, stage }, bob) => deeds.transfer(stage.ada, bob),
    ({ deeds }, bob) => deeds.leave(bob),
  ),
  "member.transferred: membership of the old owner": async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    const [bob, carol] = [await stage.join(bobs, "read"), await stage.join(carols, "owner")];
    await books.look();
    await overtake(
      () => deeds.transfer(stage.ada, bob),
      () => deeds.changeRole(carol, stage.ada, "write"),
    );
    return books.look();
  },
  "member.transferred: organization": purgedMeanwhile(
    ({ deeds, stage }, bob) => deeds.transfer(stage.ada, bob),
    "owner",
  ),

  "member.reinstated: address": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.join(bobs);
    await deeds.remove(stage.ada, bob);
    await books.look();
    await overtake(
      () => deeds.reinstate(stage.ada, bobs),
      () => deeds.send(stage.ada, { email: bobs }),
    );
    return books.look();
  },
  // whose address an account has may change one day: then the membership alone knows
  "member.reinstated: membership": async ({ stage, deeds }) => {
    const bob = await stage.join(bobs, "read");
    await deeds.remove(stage.ada, bob);
    const key = Keys.member(stage.organization, bob.account);
    await stage.world.table.write(put(key, { role: "admin" }));
    await deeds.reinstate(stage.ada, bobs);
    return (await stage.world.table.get(key))?.role === "admin" ? [] : ["a membership was overwritten"];
  },
  "member.reinstated: organization": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.join(bobs);
    await deeds.remove(stage.ada, bob);
    await overtake(
      () => deeds.reinstate(stage.ada, bobs),
      () => deeds.send(stage.ada, ...["a", "b", "c", "d", "e", "f"].map((name) => ({ email: `${name}@example.com` }))),
    );
    return books.look();
  },

  "member.reinstated: membership of who gives": async ({ stage, deeds, books, overtake }) => {
    const [bob, carol] = [await stage.join(bobs, "admin"), await stage.join(carols, "admin")];
    await deeds.remove(stage.ada, bob);
    await books.look();
    await overtake(
      () => deeds.reinstate(carol, bobs),
      () => deeds.remove(stage.ada, carol),
    );
    return books.look();
  },

  "account.updated: membership": withBob(
    "read",
    ({ deeds }, bob) => deeds.rename(bob, "Robert"),
    ({ deeds, stage }, bob) => deeds.remove(stage.ada, bob),
  ),
};

describe("each guard of members has its race", () => {
  testGuards(races, (guard) => guard.startsWith("member.") || guard === "account.updated: membership");
});

/** What guards hold to beyond the presence of a row. */
const finer: Record<string, Play> = {
  "an admin demotes an owner": async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    const [bob, carol] = [await stage.join(bobs, "write"), await stage.join(carols, "admin")];
    await books.look();
    await overtake(
      () => deeds.changeRole(carol, bob, "read"),
      () => deeds.changeRole(stage.ada, bob, "owner"),
    );
    const membership = await stage.world.table.get(Keys.member(stage.organization, bob.account));
    return [...(await books.look()), ...(membership?.role === "owner" ? [] : ["an owner was demoted"])];
  },
  "somebody is taken back who has come back and left by themselves": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.join(bobs);
    await deeds.remove(stage.ada, bob);
    await overtake(
      () => deeds.reinstate(stage.ada, bobs),
      async () => {
        await stage.join(bobs);
        await deeds.leave(bob);
      },
    );
    return [...(await books.look()), ...((await stage.rowOf(bobs))?.state === "former" ? [] : ["taken back unasked"])];
  },
  "an admin removes an owner": async (scene) => {
    const { stage, deeds, books, overtake } = scene;
    const [bob, carol] = [await stage.join(bobs, "write"), await stage.join(carols, "admin")];
    await books.look();
    await overtake(
      () => deeds.remove(carol, bob),
      () => deeds.transfer(stage.ada, bob),
    );
    const membership = await stage.world.table.get(Keys.member(stage.organization, bob.account));
    return [...(await books.look()), ...(membership?.role === "owner" ? [] : ["an owner was removed"])];
  },
  "somebody gives a role who was removed, demoted or left meanwhile": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.join(bobs, "read");
    const gone = async (n: number, go: (manager: Person) => Promise<string>) => {
      const manager = await stage.join(`manager${n}@example.com`, "admin");
      const answers = await overtake(
        () => deeds.changeRole(manager, bob, "write"),
        () => go(manager),
      );
      return answers.join();
    };
    const answers = [
      await gone(0, (manager) => deeds.remove(stage.ada, manager)),
      await gone(1, (manager) => deeds.changeRole(stage.ada, manager, "write")),
      await gone(2, (manager) => deeds.leave(manager)),
    ];
    expect(answers).toEqual(Array(3).fill("member.outranked,done"));
    const membership = await stage.world.table.get(Keys.member(stage.organization, bob.account));
    return [...(await books.look()), ...(membership?.role === "read" ? [] : ["the role was given"])];
  },
  "an owner steps back and is refused for it": async ({ stage, deeds, books }) => {
    await stage.join(bobs, "owner");
    expect(await deeds.changeRole(stage.ada, stage.ada, "read")).toBe("done");
    return books.look();
  },
  "two managers both change the role of one member": async ({ stage, deeds, books, overtake }) => {
    const [bob, carol] = [await stage.join(bobs, "read"), await stage.join(carols, "admin")];
    await books.look();
    const answers = await overtake(
      () => deeds.changeRole(stage.ada, bob, "admin"),
      () => deeds.changeRole(carol, bob, "write"),
    );
    expect(answers).toEqual(["member.changed", "done"]);
    return books.look();
  },
  "somebody leaves who hands the organization over at the same time": async ({ stage, deeds, books, overtake }) => {
    const bob = await stage.join(bobs, "read");
    await books.look();
    const answers = await overtake(
      () => deeds.leave(stage.ada),
      () => deeds.transfer(stage.ada, bob),
    );
    expect(answers).toEqual(["member.changed", "done"]);
    return books.look();
  },
};

test.each(Object.entries(finer))("it never happens that %s", async (_, race) => {
  expect((await play(race)).wrong).toEqual([]);
});
