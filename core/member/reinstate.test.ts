import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, expect, test } from "vitest";
import * as Account from "../account/account.ts";
import type { Role } from "../base/role.ts";
import { idOf } from "../invitation/invitation.ts";
import * as Recipient from "../invitation/recipient.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import * as Member from "./member.ts";
import { reinstate } from "./reinstate.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 2 });
});

const idFor = async (email: string) => idOf(String((await fixture.rowOf(email))?.pk));
const back = async (email: string, by = fixture.ada) => {
  const invitation = await idFor(email);
  return fixture.as(by, () => reinstate({ invitation }));
};
async function removed(email: string, role: Role = "read") {
  const person = await fixture.join(email, role);
  await fixture.as(fixture.ada, () => Member.remove({ account: person.account }));
  return person;
}

test("a removed member comes back with their former role, and takes a seat", async () => {
  const bob = await removed("bob@example.com", "write");
  await fixture.world.as(bob, () => Account.edit({ color: "pink" }));
  expect((await fixture.organizationRow()).free).toBe(2);
  expect(await back(bob.email)).toMatchObject({
    account: bob.account,
    role: "write",
    email: bob.email,
    color: "pink",
  });
  expect((await fixture.organizationRow()).free).toBe(1);
  expect(await fixture.rowOf(bob.email)).toMatchObject({ state: "member", account: bob.account });
  expect(await fixture.rowOf(bob.email)).not.toHaveProperty("rank");
  expect(await resultOf(back(bob.email))).toBe("member.exists");
  expect(await fixture.as(fixture.ada, () => Member.remove({ account: bob.account }))).toBeUndefined();
});

test("a member who is back, by whatever way, already exists", async () => {
  const bob = await removed("bob@example.com", "write");
  const invitation = await idFor(bob.email);
  const interleaving = openInterleaving(fixture.world.table);
  fixture.world.rebind({ table: interleaving.table });
  const again = () => resultOf(fixture.as(fixture.ada, () => reinstate({ invitation })));
  const [first] = await interleaving.overtake(again, () => back(bob.email));
  fixture.world.rebind();
  expect(first).toBe("member.exists");
  expect(await again()).toBe("member.exists");
  const carol = await removed("carol@example.com");
  await fixture.invite(carol.email);
  const token = await fixture.tokenOf(carol.email);
  await fixture.world.as(carol, () => Recipient.accept({ token }));
  expect(await resultOf(back(carol.email))).toBe("member.exists");
  expect((await fixture.organizationRow()).free).toBe(0);
});

test("an owner comes back as an owner, and only by an owner", async () => {
  const carol = await fixture.join("carol@example.com", "admin");
  const bob = await removed("bob@example.com", "owner");
  expect(await resultOf(back(bob.email, carol))).toBe("role.forbidden");
  await back(bob.email);
  expect((await fixture.organizationRow()).owners).toBe(2);
});

test("members who left by choice are not reinstated: they are invited", async () => {
  const bob = await fixture.join("bob@example.com");
  await fixture.as(bob, () => Member.leave({}));
  expect(await resultOf(back(bob.email))).toBe("member.not_removed");
  expect(await fixture.invite(bob.email)).toBe("invited");
});

test("nobody is reinstated after 90 days, even if the row still exists", async () => {
  const [bob, carol] = [await removed("bob@example.com"), await removed("carol@example.com")];
  fixture.world.clock.pass(90 * 86_400 - 1);
  expect(await resultOf(back(carol.email))).toBe("done");
  fixture.world.clock.pass(1);
  expect(await resultOf(back(bob.email))).toBe("member.missing");
});

test("nobody is reinstated without a free seat, or where the organization may not grow", async () => {
  const bob = await removed("bob@example.com");
  await fixture.invite("carol@example.com");
  await fixture.invite("dora@example.com");
  expect(await resultOf(back(bob.email))).toBe("seat.limit_reached");
  await fixture.world.table.write(
    update(organizationKeys.organization(fixture.organization), { set: { growth: false } }),
  );
  expect(await resultOf(back(bob.email))).toBe("organization.frozen");
});

test("of many concurrent reinstatements, one succeeds", async () => {
  const bob = await removed("bob@example.com");
  const answers = await Promise.all(Array.from({ length: 8 }, () => resultOf(back(bob.email))));
  expect(answers.filter((answer) => answer === "done")).toHaveLength(1);
  expect((await fixture.organizationRow()).free).toBe(1);
});
