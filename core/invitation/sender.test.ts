import { overtaken } from "@muster/local/testing/faults/overtaken.ts";
import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { importPut } from "@muster/local/testing/fixtures/rows.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { rememberWorld } from "@muster/local/testing/worlds/remember.ts";
import { openWorkers, type Workers } from "@muster/local/testing/worlds/workers.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { daySeconds } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { mailKeys } from "../mail/keys.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { type Item, update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import * as List from "./list.ts";
import * as Manage from "./manage.ts";
import * as React from "./react.ts";
import * as Recipient from "./recipient.ts";
import * as Resending from "./resending.ts";
import * as Reviewing from "./review.ts";
import type { Job } from "./schedule.ts";
import * as Sending from "./send.ts";
import * as Sender from "./sender.ts";

let fixture: OrganizationFixture;
let workers: Workers;
let grace: Person;
let restore: () => Promise<void>;
beforeAll(async () => {
  fixture = await openOrganization({ seats: 400 });
  workers = openWorkers(fixture.world);
  grace = await fixture.join("grace@example.com", "owner");
  restore = await rememberWorld(fixture.world);
});
beforeEach(() => restore());

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
const rowOf = async (email: string) => fixture.rowOf(`${email}@example.com`);
const stateOf = async (email: string) => (await rowOf(email))?.state;
const named = async (email: string) => ({ invitation: idOf(String((await rowOf(email))?.pk)) });
const free = async () => (await fixture.organizationRow()).free;
const demote = (role: Role, more: { keepInvitations?: boolean } = {}) =>
  asAda(() => Member.changeRole({ account: grace.account, role, ...more }));

/** The events of the log, after those of the outbox were moved to it. */
async function logged(): Promise<Item[]> {
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  const range = { ...kernelKeys.log(fixture.organization), from: "0", to: "9", consistent: true };
  return (await fixture.world.table.query(range)).items;
}

/** Does what follows from the newest event of a type: both jobs, and those that they queue. */
async function follow(type: string): Promise<unknown[]> {
  const newest = (await logged()).filter((row) => row.type === type).at(-1);
  const announcement = Audit.announcement(newest ?? {});
  if (!announcement) throw new Error(`There is no ${type}.`);
  await asSystem("work", () => React.react(announcement));
  const jobs = fixture.world.queued.work.splice(0) as Job[];
  const results: unknown[] = [];
  for (const job of jobs.filter((one) => one.job === "revokeSent")) results.push(await workers.run(job));
  return results;
}

describe("what somebody sent and may no longer give", () => {
  test("ends with their role, gives its seat back, and says why in the list and in the log", async () => {
    const invariants = await openInvariants(fixture);
    await fixture.invite("owner@example.com", "owner", grace);
    await fixture.invite("reader@example.com", "read", grace);
    await fixture.invite("mine@example.com", "owner");
    await invariants.check();
    await demote("admin");
    expect(await follow("member.role_changed")).toEqual([
      { revoked: 1, kept: 0 },
      { revoked: 0, kept: 0 },
    ]);
    expect([await stateOf("owner"), await stateOf("reader"), await stateOf("mine")]).toEqual([
      "revoked",
      "pending",
      "pending",
    ]);
    expect(await free()).toBe(397);
    expect(await invariants.check()).toEqual([]);
    const { items } = await asAda(() => List.list({ state: "ended" }));
    expect(items).toMatchObject([{ email: "owner@example.com", state: "revoked", reason: "inviter_role_changed" }]);
    expect((await logged()).at(-1)).toMatchObject({
      type: "invitation.ended",
      actor: "system#work",
      data: { state: "revoked", from: grace.account, reason: "inviter_role_changed" },
    });
  });

  test.each(["write", "read"] as const)("is everything for somebody who may only %s", async (role) => {
    for (const other of ["read", "admin", "owner"] as const) await fixture.invite(`${other}@example.com`, other, grace);
    await demote(role);
    await follow("member.role_changed");
    for (const other of ["read", "admin", "owner"]) expect(await stateOf(other)).toBe("revoked");
    expect(await free()).toBe(399);
  });

  test("ends after a transfer of the ownership, too", async () => {
    await fixture.invite("owner@example.com", "owner");
    await fixture.invite("reader@example.com", "read");
    await asAda(() => Member.transfer({ account: grace.account }));
    await follow("member.transferred");
    expect([await stateOf("owner"), await stateOf("reader")]).toEqual(["revoked", "pending"]);
  });

  test("says of somebody who was removed that they left", async () => {
    await fixture.invite("reader@example.com", "read", grace);
    await asAda(() => Member.remove({ account: grace.account }));
    await follow("member.removed");
    const { items } = await asAda(() => List.list({ state: "ended" }));
    expect(items).toMatchObject([{ email: "reader@example.com", reason: "inviter_left" }]);
  });

  test("stays if they have the role again before the job runs", async () => {
    await fixture.invite("owner@example.com", "owner", grace);
    await demote("read");
    await demote("owner");
    await follow("member.role_changed");
    expect(await stateOf("owner")).toBe("pending");
  });

  test("is not what they took over from somebody who sent it before they joined", async () => {
    await fixture.invite("reader@example.com");
    fixture.world.clock.pass(600);
    const eve = await fixture.join("eve@example.com", "admin");
    await fixture.as(eve, async () => Manage.changeRole({ ...(await named("reader")), role: "write" }));
    const key = invitationKeys.addressIn(fixture.organization, ID.derive("address", "reader@example.com"));
    await fixture.world.table.write(update(key, { unset: ["byAt"] })); // as the release before wrote it
    await fixture.invite("theirs@example.com", "read", eve);
    for (const role of ["owner", "admin"] as const) {
      await asAda(() => Member.changeRole({ account: eve.account, role }));
      await follow("member.role_changed");
    }
    expect(await rowOf("reader")).toMatchObject({ state: "pending", by: eve.account });
    expect(await stateOf("theirs")).toBe("pending");
  });

  test("has no reason anymore once it is sent again", async () => {
    await fixture.invite("owner@example.com", "owner", grace);
    await demote("admin");
    await follow("member.role_changed");
    expect(await fixture.invite("owner@example.com", "read")).toBe("invited");
    expect(await rowOf("owner")).not.toHaveProperty("status");
  });

  test("ends in pages, and repeating it changes nothing", async () => {
    for (let page = 0; page < 3; page++) {
      const invitations = Array.from({ length: 100 }, (_, n) => ({
        email: `p${page}-${n}@example.com`,
        role: "owner",
      }));
      await fixture.as(grace, () => Sending.send({ invitations }));
    }
    await demote("admin");
    expect(await follow("member.role_changed")).toEqual([
      { revoked: 300, kept: 0 },
      { revoked: 0, kept: 0 },
    ]);
    expect(await free()).toBe(399);
  });
});

describe("somebody who left and is a member again", () => {
  const leave = () => fixture.as(grace, () => Member.leave({}));
  const back = async () => {
    fixture.world.clock.pass(20);
    await fixture.invite(grace.email, "owner");
    const token = await fixture.tokenOf(grace.email);
    await fixture.world.as(grace, () => Recipient.accept({ token }));
    fixture.world.clock.pass(20);
  };
  const takeOver = (email: string) =>
    fixture.as(grace, async () => Manage.changeRole({ ...(await named(email)), role: "write" }));

  test("keeps an older invitation that they take over within the minute, and loses what they sent before", async () => {
    await fixture.invite("older@example.com");
    await fixture.invite("before@example.com", "read", grace);
    await leave();
    await back();
    await takeOver("older");
    expect(await follow("member.left")).toEqual([
      { revoked: 1, kept: 0 },
      { revoked: 0, kept: 0 },
    ]);
    expect(await rowOf("older")).toMatchObject({ state: "pending", by: grace.account, role: "write" });
    expect(await stateOf("before")).toBe("revoked");
  });

  test("keeps what others lost to them in a change of roles within the minute", async () => {
    const eve = await fixture.join("eve@example.com", "admin");
    await fixture.invite("kept@example.com", "read", eve);
    await leave();
    await back();
    await fixture.as(grace, () => Member.changeRole({ account: eve.account, role: "read", keepInvitations: true }));
    await follow("member.role_changed");
    await follow("member.left");
    expect(await rowOf("kept")).toMatchObject({ state: "pending", by: grace.account });
  });

  test.each([
    ["take it over", () => takeOver("before")],
    ["send it again", () => fixture.as(grace, async () => Resending.resend(await named("before")))],
  ])("keeps an invitation if they %s between the job's look and its write", async (_, change) => {
    await fixture.invite("before@example.com", "read", grace);
    await fixture.invite("other@example.com", "read", grace);
    fixture.world.clock.pass(600);
    await leave();
    await back();
    const { table } = fixture.world;
    fixture.world.rebind({ table: overtaken(table, change) });
    await follow("member.left");
    fixture.world.rebind();
    expect(await rowOf("before")).toMatchObject({ state: "pending", by: grace.account });
    expect(await stateOf("other")).toBe("revoked");
  });

  test("keeps what they may give again, if they get the role back between the job's look and its write", async () => {
    await fixture.invite("owner@example.com", "owner", grace);
    await demote("read");
    const job: Job = { job: "revokeSent", organization: fixture.organization, by: grace.account };
    const { table } = fixture.world;
    fixture.world.rebind({ table: overtaken(table, () => demote("owner")) });
    expect(await resultOf(workers.run(job))).toBe("member.changed");
    fixture.world.rebind();
    expect(await resultOf(workers.run(job))).toBe("done");
    expect(await stateOf("owner")).toBe("pending");
  });
});

test("97 invitations of 97 imports that end together reach the log, as the first events of a day", async () => {
  const { organization, world } = fixture;
  const invitations = Array.from({ length: 97 }, (_, n) => ({ email: `p${n}@example.com` }));
  await fixture.as(grace, () => Sending.send({ invitations }));
  const imports = invitations.map(({ email }) => ({ email, id: ID.create("import") }));
  await world.table.write(...imports.map(({ id }) => importPut(organization, id)));
  const marks = imports.map(({ email, id }) =>
    update(invitationKeys.addressIn(organization, ID.derive("address", email)), { set: { src: id } }),
  );
  await world.table.write(...marks);
  await demote("read");
  await logged();
  world.clock.pass(daySeconds);
  const job: Job = { job: "revokeSent", organization, by: grace.account };
  expect(await workers.run(job)).toEqual({ revoked: 97, kept: 0 });
  const events = (await logged()).filter(({ type }) => type === "invitation.ended");
  expect(events.map(({ data }) => Object.keys((data as { imports: object }).imports).length)).toEqual([90, 7]);
  const counts = await world.table.getMany(imports.map(({ id }) => mailKeys.importMails(id)));
  expect(counts.map((row) => row?.revoked)).toEqual(imports.map(() => 1));
  expect(await Audit.verify(organization)).toEqual([]);
});

describe("who takes a role away may keep the invitations", () => {
  test("that they may give themselves: their links and seats stay, and the log says so", async () => {
    const invariants = await openInvariants(fixture);
    const bob = await fixture.world.person("bob@example.com");
    await fixture.invite(bob.email, "owner", grace);
    await invariants.check();
    const token = await fixture.tokenOf(bob.email);
    await demote("read", { keepInvitations: true });
    expect(await follow("member.role_changed")).toEqual([
      { revoked: 0, kept: 1 },
      { revoked: 0, kept: 0 },
    ]);
    expect(await rowOf("bob")).toMatchObject({ state: "pending", by: fixture.ada.account, attempt: 1 });
    expect((await logged()).at(-1)).toMatchObject({
      type: "invitation.inviter_changed",
      data: { invitations: [(await named("bob")).invitation], from: grace.account, to: fixture.ada.account },
    });
    expect(await resultOf(fixture.world.as(bob, () => Recipient.accept({ token })))).toBe("done");
    expect(await invariants.check()).toEqual([]);
  });

  test("but not those above their own role", async () => {
    const eve = await fixture.join("eve@example.com", "admin");
    const adam = await fixture.join("adam@example.com", "admin");
    await fixture.invite("reader@example.com", "read", eve);
    await fixture.as(adam, () => Member.changeRole({ account: eve.account, role: "read", keepInvitations: true }));
    await asAda(() => Member.changeRole({ account: adam.account, role: "write" }));
    for (const row of (await logged()).filter((one) => one.type === "member.role_changed")) {
      await asSystem("work", () => React.react(Audit.announcement(row) as Audit.Announcement));
    }
    for (const job of fixture.world.queued.work.splice(0) as Job[]) await workers.run(job);
    expect(await stateOf("reader")).toBe("revoked");
  });

  test("not if they lose the role in the same moment", async () => {
    await fixture.invite("owner@example.com", "owner", grace);
    await demote("read", { keepInvitations: true });
    const job: Job = {
      job: "revokeSent",
      organization: fixture.organization,
      by: grace.account,
      keepFor: fixture.ada.account,
    };
    const { table } = fixture.world;
    const lose = (role: Role) =>
      table.write({
        do: "update",
        key: memberKeys.member(fixture.organization, fixture.ada.account),
        change: { set: { role } },
      });
    fixture.world.rebind({ table: overtaken(table, () => lose("admin")) });
    expect(await resultOf(workers.run(job))).toBe("member.changed");
    fixture.world.rebind();
    expect(await rowOf("owner")).toMatchObject({ state: "pending", by: grace.account });
    expect(await resultOf(workers.run(job))).toBe("done");
    expect(await stateOf("owner")).toBe("revoked");
  });

  test("not from themselves", async () => {
    await fixture.invite("owner@example.com", "owner", grace);
    await fixture.as(grace, () => Member.changeRole({ account: grace.account, role: "admin", keepInvitations: true }));
    await follow("member.role_changed");
    expect(await stateOf("owner")).toBe("revoked");
  });

  test("and what another changes or accepts at that moment is left to them", async () => {
    for (const name of ["changed", "kept"]) await fixture.invite(`${name}@example.com`, "admin", grace);
    await demote("read", { keepInvitations: true });
    const eve = await fixture.join("eve@example.com", "admin");
    const change = () => fixture.as(eve, async () => Manage.changeRole({ ...(await named("changed")), role: "write" }));
    fixture.world.rebind({ table: overtaken(fixture.world.table, change) });
    await follow("member.role_changed");
    fixture.world.rebind();
    expect(await rowOf("changed")).toMatchObject({ role: "write", by: eve.account });
    expect(await rowOf("kept")).toMatchObject({ role: "admin", by: fixture.ada.account });
  });
});

describe("before the event has done its work", () => {
  test("an invitation that nobody can accept is no obstacle: it is reviewed as ready, and sent again", async () => {
    await fixture.invite("bob@example.com", "owner", grace);
    await fixture.invite("carol@example.com", "read", grace);
    await demote("admin");
    const rows = { invitations: [{ email: "bob@example.com", role: "owner" }, { email: "carol@example.com" }] };
    const reviewed = await asAda(() => Reviewing.review(rows));
    expect(reviewed.items.map(({ label }) => label)).toEqual(["ready", "already_invited"]);
    const before = await free();
    const sent = await asAda(() => Sending.send(rows));
    expect(sent.items.map(({ outcome }) => outcome)).toEqual(["invited", "already_invited"]);
    expect(await free()).toBe(before);
    await follow("member.role_changed");
    expect(await rowOf("bob")).toMatchObject({ state: "pending", by: fixture.ada.account, attempt: 2 });
    const bob = await fixture.world.person("bob@example.com");
    const token = await fixture.tokenOf(bob.email);
    expect(await resultOf(fixture.world.as(bob, () => Recipient.accept({ token })))).toBe("done");
  });

  test("it is none for an import, either", async () => {
    await fixture.invite("bob@example.com", "owner", grace);
    await demote("read");
    const imports = importsOf(fixture);
    const id = await imports.begin("email,role\nbob@example.com,write\n");
    await imports.work();
    expect(await imports.outcomes(id)).toEqual(["invited"]);
    expect(await rowOf("bob")).toMatchObject({ role: "write", by: fixture.ada.account, attempt: 2 });
  });
});

describe("a change of a role says beforehand", () => {
  const preview = (account: ID.ID<"account">, role?: Role, by = fixture.ada) =>
    fixture.as(by, () => Sender.previewRevocation({ account, ...(role && { role }) }));

  test("how many invitations end, and how many of them can be kept", async () => {
    await fixture.invite("owner@example.com", "owner", grace);
    await fixture.invite("reader@example.com", "read", grace);
    await fixture.invite("mine@example.com", "read");
    const all = { isComplete: true };
    expect(await preview(grace.account, "owner")).toEqual({ revoked: 0, keepable: 0, ...all });
    expect(await preview(grace.account, "admin")).toEqual({ revoked: 1, keepable: 1, ...all });
    expect(await preview(grace.account, "read")).toEqual({ revoked: 2, keepable: 2, ...all });
    expect(await preview(grace.account)).toEqual({ revoked: 2, keepable: 0, ...all });
    const eve = await fixture.join("eve@example.com", "admin");
    expect(await preview(grace.account, "read", eve)).toEqual({ revoked: 2, keepable: 1, ...all });
    expect(await preview(grace.account, "admin", grace)).toEqual({ revoked: 1, keepable: 0, ...all });
  });

  test("of a member only", async () => {
    const { account } = await fixture.world.person("stranger@example.com");
    expect(await resultOf(preview(account, "read"))).toBe("member.missing");
  });
});
