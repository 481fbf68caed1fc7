import { broken } from "@muster/local/testing/faults/broken.ts";
import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { overtaken } from "@muster/local/testing/faults/overtaken.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorkers, type Workers } from "@muster/local/testing/worlds/workers.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Member from "../member/member.ts";
import { idOf } from "./invitation.ts";
import * as Manage from "./manage.ts";
import * as Recipient from "./recipient.ts";
import * as Resending from "./resending.ts";
import type { Job } from "./schedule.ts";
import * as Sending from "./send.ts";

let fixture: OrganizationFixture;
let workers: Workers;
let bob: Person;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 400 });
  workers = openWorkers(fixture.world);
  bob = await fixture.join("bob@example.com", "admin");
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const stateOf = async (email: string) => (await fixture.rowOf(email))?.state;
const named = async (email: string) => ({ invitation: idOf(String((await fixture.rowOf(email))?.pk)) });
const free = async () => (await fixture.organizationRow()).free;

/** Removes Bob, and returns the job that follows from it. */
async function remove(): Promise<Job> {
  await asAda(() => Member.remove({ account: bob.account }));
  return { job: "revokeSent", organization: fixture.organization, by: bob.account, hasLeft: true };
}

describe("when somebody has left", () => {
  test("what they sent is revoked; what others took over, or they sent since, stays", async () => {
    const invariants = await openInvariants(fixture);
    for (const name of ["theirs", "changed", "anew", "later"]) await fixture.invite(`${name}@example.com`, "read", bob);
    await fixture.invite("mine@example.com");
    fixture.world.clock.pass(600);
    await asAda(async () => Manage.changeRole({ ...(await named("changed@example.com")), role: "write" }));
    await asAda(async () => Resending.resend(await named("anew@example.com")));
    await invariants.check();
    const job = await remove();
    expect(await invariants.check()).toEqual([]);
    fixture.world.clock.pass(1);
    await fixture.join(bob.email, "admin");
    fixture.world.clock.pass(600);
    await fixture.as(bob, async () => Resending.resend(await named("later@example.com")));

    expect(await times(2, () => resultOf(workers.run(job)))).toEqual(["done", "done"]);
    expect(await stateOf("theirs@example.com")).toBe("revoked");
    for (const name of ["changed", "anew", "later", "mine"]) {
      expect(await stateOf(`${name}@example.com`)).toBe("pending");
    }
    expect(await invariants.check()).toEqual([]);
    expect(await free()).toBe(395);
  });

  test("what another member took over at that moment stays, and the rest is still revoked", async () => {
    for (const name of ["taken", "theirs"]) await fixture.invite(`${name}@example.com`, "read", bob);
    const takeOver = async () =>
      asAda(async () => Manage.changeRole({ ...(await named("taken@example.com")), role: "write" }));
    const job = await remove();
    fixture.world.rebind({ table: overtaken(fixture.world.table, takeOver) });
    expect(await resultOf(workers.run(job))).toBe("done");
    fixture.world.rebind();
    expect([await stateOf("taken@example.com"), await stateOf("theirs@example.com")]).toEqual(["pending", "revoked"]);
  });

  test("what was declined at that moment ends once", async () => {
    const invariants = await openInvariants(fixture);
    const carol = await fixture.world.person("carol@example.com");
    for (const name of ["carol", "theirs"]) await fixture.invite(`${name}@example.com`, "read", bob);
    await invariants.check();
    const token = await fixture.tokenOf(carol.email);
    const job = await remove();
    const decline = () => fixture.world.as(carol, () => Recipient.decline({ token }));
    fixture.world.rebind({ table: overtaken(fixture.world.table, decline) });
    expect(await resultOf(workers.run(job))).toBe("done");
    fixture.world.rebind();
    expect([await stateOf(carol.email), await stateOf("theirs@example.com")]).toEqual(["declined", "revoked"]);
    expect(await free()).toBe(400);
    expect(await invariants.check()).toEqual([]);
  });

  test("what a concurrent request was still sending is revoked by the second pass", async () => {
    const invariants = await openInvariants(fixture);
    const interleaving = openInterleaving(fixture.world.table);
    fixture.world.rebind({ table: interleaving.table });
    const send = () => fixture.as(bob, () => Sending.send({ invitations: [{ email: "late@example.com" }] }));
    const [, job] = await interleaving.overtake(send, remove);
    expect(await stateOf("late@example.com")).toBe("pending");
    fixture.world.clock.pass(60);
    expect(await workers.run(job)).toEqual({ revoked: 1, kept: 0 });
    expect(await stateOf("late@example.com")).toBe("revoked");
    expect(await free()).toBe(400);
    expect(await invariants.check()).toEqual([]);
  });

  test("hundreds are revoked, and it can be repeated", async () => {
    for (let part = 0; part < 3; part++) {
      const invitations = Array.from({ length: 100 }, (_, n) => ({ email: `p${part}-${n}@example.com` }));
      await fixture.as(bob, () => Sending.send({ invitations }));
    }
    const job = await remove();
    expect(await free()).toBe(100);
    expect(await workers.run(job)).toEqual({ revoked: 300, kept: 0 });
    expect(await free()).toBe(400);
    const before = await fixture.world.rows.scan();
    expect(await workers.run(job)).toEqual({ revoked: 0, kept: 0 });
    expect(await fixture.world.rows.scan()).toEqual(before);
  });

  test("revoking without giving the seats back would be detected", async () => {
    const invariants = await openInvariants(fixture);
    await fixture.invite("theirs@example.com", "read", bob);
    await invariants.check();
    const job = await remove();
    const forgetful = broken(fixture.world.table, (step) =>
      step.do === "update" && step.key.pk === fixture.organization ? undefined : step,
    );
    fixture.world.rebind({ table: forgetful });
    await workers.run(job);
    fixture.world.rebind();
    expect(await invariants.check()).not.toEqual([]);
  });
});
