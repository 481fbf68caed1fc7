import { deedsOn } from "@muster/local/testing/deeds.ts";
import { openStage, type Stage } from "@muster/local/testing/stage.ts";
import { told } from "@muster/local/testing/told.ts";
import type { Person } from "@muster/local/testing/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { type Role, roles } from "../kernel/permission.ts";
import { Keys } from "../table/keys.ts";
import * as Member from "./member.ts";

const day = 86_400;

let stage: Stage;
let deeds: ReturnType<typeof deedsOn>;
beforeEach(async () => {
  stage = await openStage({ seats: 20 });
  deeds = deedsOn(stage);
});

const membership = (person: Person) => stage.world.table.get(Keys.member(stage.organization, person.account));
const roleOf = async (person: Person) => (await membership(person))?.role;
const events = async (type: string) =>
  (await stage.world.table.query(Keys.outbox(stage.organization))).items.filter((event) => event.type === type);
const inOrganization = async (role: Role) => stage.join(`${role}@example.com`, role);

describe("a role", () => {
  test("is given by owners, and by admins below owners; and to owners by owners only", async () => {
    const allowed = (by: Role, before: Role, after: Role) =>
      by === "owner" || (by === "admin" && before !== "owner" && after !== "owner");
    const managers = { owner: stage.ada, admin: await inOrganization("admin"), write: await inOrganization("write") };
    const target = await stage.join("target@example.com");
    for (const [by, manager] of Object.entries(managers) as [Role, Person][]) {
      for (const before of roles) {
        for (const after of roles) {
          if ((await roleOf(target)) !== before) await deeds.changeRole(stage.ada, target, before);
          const answer = await deeds.changeRole(manager, target, after);
          const expected = allowed(by, before, after) ? after : before;
          expect([by, before, after, await roleOf(target)]).toEqual([by, before, after, expected]);
          expect(answer === "done").toBe(allowed(by, before, after));
        }
      }
    }
  });

  test("that is given again changes nothing", async () => {
    const bob = await inOrganization("write");
    expect(await deeds.changeRole(stage.ada, bob, "write")).toBe("done");
    expect(await events("member.role_changed")).toEqual([]);
  });

  test("is told with what it was before, and counts where it concerns owners", async () => {
    const bob = await inOrganization("write");
    await deeds.changeRole(stage.ada, bob, "owner");
    expect((await stage.home()).owners).toBe(2);
    await deeds.changeRole(bob, stage.ada, "read");
    expect((await stage.home()).owners).toBe(1);
    expect((await events("member.role_changed")).map(({ actor, data }) => ({ actor, data }))).toEqual([
      { actor: stage.ada.account, data: { account: bob.account, from: "write", to: "owner" } },
      { actor: bob.account, data: { account: stage.ada.account, from: "owner", to: "read" } },
    ]);
  });

  test("of the last owner stays", async () => {
    expect(await deeds.changeRole(stage.ada, stage.ada, "admin")).toBe("owner.last");
    expect(await roleOf(stage.ada)).toBe("owner");
  });

  test("of somebody who is no member is not changed", async () => {
    const stranger = await stage.world.person("stranger@example.com");
    expect(await deeds.changeRole(stage.ada, stranger, "read")).toBe("member.missing");
    expect(await deeds.remove(stage.ada, stranger)).toBe("member.missing");
    expect(await deeds.transfer(stage.ada, stranger)).toBe("member.missing");
  });
});

describe("a member who is removed", () => {
  test("gives the seat back, and is remembered for 90 days as who they were", async () => {
    const bob = await inOrganization("admin");
    const { free } = await stage.home();
    expect(await deeds.remove(stage.ada, bob)).toBe("done");
    expect(await membership(bob)).toBeUndefined();
    expect((await stage.home()).free).toBe(Number(free) + 1);
    expect(await stage.rowOf(bob.email)).toMatchObject({
      ...{ state: "former", role: "admin", name: "Admin", account: bob.account, leftAt: deeds.instant() },
      ttl: stage.world.clock.at / 1000 + 90 * day,
    });
    const [event] = await events("member.removed");
    expect(event).toMatchObject({ actor: stage.ada.account, data: { account: bob.account, role: "admin" } });
  });

  test("is removed by owners, and by admins unless an owner", async () => {
    const [admin, owner] = [await inOrganization("admin"), await inOrganization("owner")];
    const [write, read] = [await inOrganization("write"), await inOrganization("read")];
    expect(await deeds.remove(write, read)).toBe("actor.forbidden");
    expect(await deeds.remove(admin, owner)).toBe("actor.forbidden");
    expect(await deeds.remove(admin, read)).toBe("done");
    expect(await deeds.remove(owner, stage.ada)).toBe("done");
    expect(await deeds.remove(owner, owner)).toBe("owner.last");
  });

  test("comes back by a new invitation, in the role of that one", async () => {
    const bob = await inOrganization("admin");
    await deeds.remove(stage.ada, bob);
    const old = await deeds.linkTo(bob.email);
    expect(await stage.invite(bob.email, "read")).toBe("invited");
    expect(await deeds.accept(bob, old)).toBe("invitation.superseded");
    expect(await deeds.accept(bob, await deeds.linkTo(bob.email))).toBe("done");
    expect(await roleOf(bob)).toBe("read");
    expect(await stage.rowOf(bob.email)).not.toHaveProperty("ttl");
  });
});

describe("leaving", () => {
  test("is open to everybody but the last owner", async () => {
    for (const role of roles) expect(await deeds.leave(await inOrganization(role))).toBe("done");
    expect(await deeds.leave(stage.ada)).toBe("owner.last");
    expect((await events("member.left")).map(({ data }) => (data as { role: Role }).role)).toEqual([...roles]);
    expect(await stage.home()).toMatchObject({ free: 20, owners: 1 });
  });
});

describe("handing over", () => {
  test("makes another the owner, and who did it an admin", async () => {
    const bob = await inOrganization("read");
    expect(await deeds.transfer(stage.ada, bob)).toBe("done");
    expect([await roleOf(bob), await roleOf(stage.ada)]).toEqual(["owner", "admin"]);
    expect((await stage.home()).owners).toBe(1);
    expect((await events("member.transferred"))[0]?.data).toEqual({
      ...{ from: stage.ada.account, to: bob.account, role: "read" },
    });
  });

  test("to somebody who is an owner already leaves one owner fewer", async () => {
    const bob = await inOrganization("owner");
    expect(await deeds.transfer(stage.ada, bob)).toBe("done");
    expect([await roleOf(bob), await roleOf(stage.ada)]).toEqual(["owner", "admin"]);
    expect((await stage.home()).owners).toBe(1);
  });

  test("is up to owners, to somebody else, and soon after signing in", async () => {
    const [admin, bob] = [await inOrganization("admin"), await inOrganization("read")];
    expect(await deeds.transfer(admin, bob)).toBe("actor.forbidden");
    expect(await deeds.transfer(stage.ada, stage.ada)).toBe("member.self");
    stage.world.clock.pass(601);
    const late = stage.as(stage.ada, () => Member.transfer({ account: bob.account }));
    expect(await told(late)).toBe("actor.stale");
  });
});

test("addresses of others are for owners and admins", async () => {
  const bob = await inOrganization("read");
  const row = (await membership(bob)) ?? {};
  const seen = roles.map((role) => "email" in Member.describe(row, { role }));
  expect(seen).toEqual([true, true, false, false]);
});
