import { actionsOn } from "@muster/local/testing/fixtures/actions.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { type Role, roles } from "../base/role.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { memberKeys } from "./keys.ts";
import * as Member from "./member.ts";

const day = 86_400;

let fixture: OrganizationFixture;
let actions: ReturnType<typeof actionsOn>;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 20 });
  actions = actionsOn(fixture);
});

const membership = (person: Person) => fixture.world.table.get(memberKeys.member(fixture.organization, person.account));
const roleOf = async (person: Person) => (await membership(person))?.role;
const events = async (type: string) =>
  (await fixture.world.table.query(kernelKeys.outbox(fixture.organization))).items.filter(
    (event) => event.type === type,
  );
const inOrganization = async (role: Role) => fixture.join(`${role}@example.com`, role);

describe("a role", () => {
  test("can be granted by owners, and by admins to members below owners; owner only by owners", async () => {
    const allowed = (by: Role, before: Role, after: Role) =>
      by === "owner" || (by === "admin" && before !== "owner" && after !== "owner");
    const managers = { owner: fixture.ada, admin: await inOrganization("admin"), write: await inOrganization("write") };
    const target = await fixture.join("target@example.com");
    for (const [by, manager] of Object.entries(managers) as [Role, Person][]) {
      for (const before of roles) {
        for (const after of roles) {
          if ((await roleOf(target)) !== before) await actions.changeRole(fixture.ada, target, before);
          const answer = await actions.changeRole(manager, target, after);
          const expected = allowed(by, before, after) ? after : before;
          expect([by, before, after, await roleOf(target)]).toEqual([by, before, after, expected]);
          expect(answer === "done").toBe(allowed(by, before, after));
        }
      }
    }
  });

  test("that is granted again changes nothing", async () => {
    const bob = await inOrganization("write");
    expect(await actions.changeRole(fixture.ada, bob, "write")).toBe("done");
    expect(await events("member.role_changed")).toEqual([]);
  });

  test("is recorded with the previous one, and counted if it concerns owners", async () => {
    const bob = await inOrganization("write");
    await actions.changeRole(fixture.ada, bob, "owner");
    expect((await fixture.organizationRow()).owners).toBe(2);
    await actions.changeRole(bob, fixture.ada, "read");
    expect((await fixture.organizationRow()).owners).toBe(1);
    expect((await events("member.role_changed")).map(({ actor, data }) => ({ actor, data }))).toEqual([
      { actor: fixture.ada.account, data: { account: bob.account, from: "write", to: "owner" } },
      { actor: bob.account, data: { account: fixture.ada.account, from: "owner", to: "read" } },
    ]);
  });

  test("of the last owner stays", async () => {
    expect(await actions.changeRole(fixture.ada, fixture.ada, "admin")).toBe("member.last_owner");
    expect(await roleOf(fixture.ada)).toBe("owner");
  });

  test("cannot be changed for somebody who is not a member", async () => {
    const stranger = await fixture.world.person("stranger@example.com");
    expect(await actions.changeRole(fixture.ada, stranger, "read")).toBe("member.missing");
    expect(await actions.remove(fixture.ada, stranger)).toBe("member.missing");
    expect(await actions.transfer(fixture.ada, stranger)).toBe("member.missing");
  });
});

describe("a member who is removed", () => {
  test("gives back the seat, and is remembered for 90 days", async () => {
    const bob = await inOrganization("admin");
    const { free } = await fixture.organizationRow();
    expect(await actions.remove(fixture.ada, bob)).toBe("done");
    expect(await membership(bob)).toBeUndefined();
    expect((await fixture.organizationRow()).free).toBe(free + 1);
    expect(await fixture.rowOf(bob.email)).toMatchObject({
      state: "former",
      role: "admin",
      name: "Admin",
      account: bob.account,
      leftAt: actions.instant(),
      ttl: fixture.world.clock.at / 1e3 + 90 * day,
    });
    const [event] = await events("member.removed");
    expect(event).toMatchObject({ actor: fixture.ada.account, data: { account: bob.account, role: "admin" } });
  });

  test("may be removed by owners, and unless an owner also by admins", async () => {
    const [admin, owner] = [await inOrganization("admin"), await inOrganization("owner")];
    const [write, read] = [await inOrganization("write"), await inOrganization("read")];
    expect(await actions.remove(write, read)).toBe("actor.forbidden");
    expect(await actions.remove(admin, owner)).toBe("actor.forbidden");
    expect(await actions.remove(admin, read)).toBe("done");
    expect(await actions.remove(owner, fixture.ada)).toBe("done");
    expect(await actions.remove(owner, owner)).toBe("member.last_owner");
  });

  test("comes back by a new invitation, with its role", async () => {
    const bob = await inOrganization("admin");
    await actions.remove(fixture.ada, bob);
    const old = await actions.linkTo(bob.email);
    expect(await fixture.invite(bob.email, "read")).toBe("invited");
    expect(await actions.accept(bob, old)).toBe("invitation.superseded");
    expect(await actions.accept(bob, await actions.linkTo(bob.email))).toBe("done");
    expect(await roleOf(bob)).toBe("read");
    expect(await fixture.rowOf(bob.email)).not.toHaveProperty("ttl");
  });
});

describe("leaving", () => {
  test("is open to everybody but the last owner", async () => {
    for (const role of roles) expect(await actions.leave(await inOrganization(role))).toBe("done");
    expect(await actions.leave(fixture.ada)).toBe("member.last_owner");
    expect((await events("member.left")).map(({ data }) => (data as { role: Role }).role)).toEqual([...roles]);
    expect(await fixture.organizationRow()).toMatchObject({ free: 20, owners: 1 });
  });
});

describe("transferring ownership", () => {
  test("makes another member an owner, and the former owner an admin", async () => {
    const bob = await inOrganization("read");
    expect(await actions.transfer(fixture.ada, bob)).toBe("done");
    expect([await roleOf(bob), await roleOf(fixture.ada)]).toEqual(["owner", "admin"]);
    expect((await fixture.organizationRow()).owners).toBe(1);
    expect((await events("member.transferred"))[0]?.data).toEqual({
      from: fixture.ada.account,
      to: bob.account,
      role: "read",
    });
  });

  test("to an existing owner leaves one owner fewer", async () => {
    const bob = await inOrganization("owner");
    expect(await actions.transfer(fixture.ada, bob)).toBe("done");
    expect([await roleOf(bob), await roleOf(fixture.ada)]).toEqual(["owner", "admin"]);
    expect((await fixture.organizationRow()).owners).toBe(1);
  });

  test("requires an owner, another member, and recent authentication", async () => {
    const [admin, bob] = [await inOrganization("admin"), await inOrganization("read")];
    expect(await actions.transfer(admin, bob)).toBe("actor.forbidden");
    expect(await actions.transfer(fixture.ada, fixture.ada)).toBe("member.self");
    fixture.world.clock.pass(601);
    const late = fixture.as(fixture.ada, () => Member.transfer({ account: bob.account }));
    expect(await resultOf(late)).toBe("actor.reauthentication_required");
  });
});

test("only owners and admins see addresses of others", async () => {
  const bob = await inOrganization("read");
  const row = await membership(bob);
  if (!row) throw new Error("Bob is no member.");
  const seen = roles.map((role) => "email" in Member.describe(row, { role }));
  expect(seen).toEqual([true, true, false, false]);
});
