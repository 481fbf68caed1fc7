import { importsOf } from "@muster/local/testing/fixtures/imports.ts";
import { openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { openInvariants } from "@muster/local/testing/invariants/organization.ts";
import { describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import * as Member from "../member/member.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Limits from "../rate/limits.ts";
import * as Windows from "../rate/windows.ts";
import * as Seat from "../seat/seat.ts";
import { update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import { due } from "./due.ts";
import { ImportCanceled } from "./events.ts";
import * as Manage from "./manage.ts";
import * as Rows from "./rows.ts";

async function begin(options?: { seats?: number }) {
  const fixture = await openOrganization(options);
  const invariants = await openInvariants(fixture);
  const first = () => fixture.world.queued.imports.shift() as object;
  return { ...fixture, fixture, invariants, first, imports: importsOf(fixture) };
}

const csv = (...rows: string[]) => `email,role,name,teams\r\n${rows.map((row) => `${row}\r\n`).join("")}`;
const many = (count: number, tag = "p") => Array.from({ length: count }, (_, n) => `${tag}${n}@example.com`);

describe("an import", () => {
  test("takes over invitations that have just expired, as many as one write holds", async () => {
    const { fixture, imports } = await begin({ seats: 60 });
    const content = csv(...many(60));
    await imports.begin(content);
    await imports.work();
    fixture.world.clock.pass(8 * 86_400);
    const id = await imports.begin(content);
    await imports.work();
    expect((await imports.get(id)).counts).toEqual({ invited: 60 });
    expect(await fixture.rowOf("p59@example.com")).toMatchObject({ state: "pending", attempt: 2, src: id });
    expect((await fixture.organizationRow()).free).toBe(0);
  });

  test("says nothing more of a row that a retry has invited", async () => {
    const { fixture, imports, world, organization } = await begin({ seats: 1 });
    const id = await imports.begin(csv(...many(2), "nobody"));
    await imports.work();
    const rows = async () => (await fixture.as(fixture.ada, () => Rows.rows({ import: id }))).items;
    expect((await rows()).map(({ email, outcome }) => `${email} ${outcome}`)).toEqual([
      "p1@example.com no_seat",
      "nobody invalid_email",
    ]);
    await world.table.write(update(organizationKeys.organization(organization), { add: { capacity: 1, free: 1 } }));
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect((await rows()).map(({ email, outcome }) => `${email} ${outcome}`)).toEqual(["nobody invalid_email"]);
  });

  test("is shown in the list, and in the answer to its cancellation, as far as it is", async () => {
    const { fixture, imports, first, ada } = await begin({ seats: 300 });
    const waiting = await imports.begin(csv(...many(250)));
    const job = first();
    let reads = 0;
    const { table } = fixture.world;
    fixture.world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          if (steps.some(({ key }) => key.sk.startsWith("out#")) && ++reads === 3) throw new Error("The worker dies.");
          return table.write(...steps);
        },
      },
    });
    await expect(imports.run(job)).rejects.toThrow("The worker dies.");
    fixture.world.rebind({ table });
    const [listed] = (await fixture.as(ada, () => Manage.list({}))).items;
    const found = await imports.get(waiting);
    expect(found).toMatchObject({ state: "running", rows: 194, counts: { invited: 194 } });
    expect(listed).toEqual(found);
    const canceled = await fixture.as(ada, () => Manage.cancel({ import: waiting }));
    expect(canceled).toMatchObject({ rows: 194, counts: { invited: 194 }, reason: "canceled" });
    await imports.run(job);
    await imports.work();
    expect((await imports.get(waiting)).counts).toEqual({ invited: 194, canceled: 56 });
    await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
    const log = await fixture.world.table.query({ ...kernelKeys.log(fixture.organization), to: "9", consistent: true });
    expect(log.items.filter(({ type }) => type === ImportCanceled.type)).toHaveLength(1);
  });

  test("invites the rows of its file, stores the outcome of each, and gives back unused seats", async () => {
    const { fixture, imports, invariants, world, organization } = await begin({ seats: 20 });
    const { id: team } = await fixture.as(fixture.ada, () => Team.create({ name: "Émile Team" }));
    await fixture.join("member@example.com");
    await fixture.invite("invited@example.com");
    world.clock.pass(600);
    const id = await imports.begin(
      csv(
        "one@example.com,Admin,Ada Lovelace,Emile Team",
        "two@example.com,,,",
        "nobody,,,",
        "three@example.com,boss,,",
        "member@example.com,,,",
        "invited@example.com,,,",
        "ONE@example.com,read,,",
        "four@example.com,write,,No Such Team",
        ",,Nameless,",
        "five@example.com,owner,,",
      ),
    );
    expect((await imports.get(id)).state).toBe("running");
    await imports.work();
    expect(await imports.outcomes(id)).toEqual([
      "invited",
      "invited",
      "invalid_email",
      "unknown_role",
      "already_member",
      "already_invited",
      "duplicate",
      "unknown_team",
      "missing_email",
      "invited",
    ]);
    expect(await fixture.rowOf("one@example.com")).toMatchObject({
      state: "pending",
      role: "admin",
      name: "Ada Lovelace",
      src: id,
      by: fixture.ada.account,
      mail: "queued",
      teams: new Set([team]),
      lifetimeDays: 7,
      expiresAt: "2026-12-01T09:10:00.000Z",
    });
    const info = await imports.get(id);
    expect(info).toMatchObject({ state: "done", rows: 10, retryable: 0, reported: true });
    expect(info.counts).toMatchObject({ invited: 3, invalid_email: 1, duplicate: 1, missing_email: 1 });
    expect((await fixture.organizationRow()).free).toBe(15);
    expect(await invariants.check()).toEqual([]);
    const { items } = await fixture.as(fixture.ada, () => Manage.list({}));
    expect(items.map((one) => [one.id, one.state, one.invitedBy?.name])).toEqual([[id, "done", "Ada"]]);
    const due = await world.table.get(invitationKeys.due("2026-12-01T09", organization));
    expect(due).toBeDefined();
  });

  test("assigns seats in the order of the file, and continues with the rest when there are more", async () => {
    const { fixture, imports, invariants, world } = await begin({ seats: 150 });
    const id = await imports.begin(csv(...many(400)));
    await imports.work();
    const outcomes = await imports.outcomes(id);
    expect(outcomes.slice(0, 150).every((one) => one === "invited")).toBe(true);
    expect(outcomes.slice(150).every((one) => one === "no_seat")).toBe(true);
    expect(await imports.get(id)).toMatchObject({
      state: "done",
      retryable: 250,
      counts: { invited: 150, no_seat: 250 },
    });
    const { grow } = growing(fixture);
    await grow(100);
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect((await imports.outcomes(id)).map((one) => one === "invited").lastIndexOf(true)).toBe(249);
    expect(await imports.get(id)).toMatchObject({ pass: 2, retryable: 150, counts: { invited: 250, no_seat: 150 } });
    await grow(1000);
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ pass: 3, retryable: 0, counts: { invited: 400 }, rows: 400 });
    expect((await fixture.organizationRow()).free).toBe(850);
    expect(await invariants.check()).toEqual([]);
    expect(world.queued.imports).toEqual([]);
  });

  test("ends the remaining rows if the account that it imports for may no longer invite", async () => {
    const { fixture, imports, invariants } = await begin({ seats: 500 });
    const bob = await fixture.join("bob@example.com", "admin");
    await invariants.check();
    const id = await imports.begin(csv(...many(300), "x@example.com,owner,,"), bob);
    await fixture.as(fixture.ada, () => Member.changeRole({ account: bob.account, role: "write" }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({
      state: "failed",
      reason: "inviter_unauthorized",
      counts: { inviter_unauthorized: 301 },
      retryable: 301,
    });
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "done", counts: { invited: 301 } });
    expect(await invariants.check()).toEqual([]);
  });

  test("stops while its organization may not grow", async () => {
    const { fixture, imports, invariants, world } = await begin({ seats: 300 });
    const id = await imports.begin(csv(...many(200)));
    const grows = (growth: boolean) =>
      world.table.write(update(organizationKeys.organization(fixture.organization), { set: { growth } }));
    await grows(false);
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "failed", reason: "frozen", counts: { frozen: 200 } });
    await grows(true);
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "done", counts: { invited: 200 } });
    expect(await invariants.check()).toEqual([]);
  });

  test("says so if it was stopped during its only write, also in a later pass", async () => {
    const { fixture, imports, first } = await begin({ seats: 1 });
    const bob = await fixture.join("bob@example.com", "admin");
    const id = await imports.begin(csv("x@example.com"), bob);
    const demote = (role: "write" | "admin") =>
      fixture.as(fixture.ada, () => Member.changeRole({ account: bob.account, role }));
    await demote("write");
    await imports.run(first());
    expect(await imports.get(id)).toMatchObject({
      state: "failed",
      reason: "inviter_unauthorized",
      counts: { inviter_unauthorized: 1 },
    });
    await imports.work();
    await demote("admin");
    await growing(fixture).grow(1);
    await fixture.as(bob, () => Manage.retry({ import: id }));
    await demote("write");
    await imports.work();
    expect(await imports.get(id)).toMatchObject({
      state: "failed",
      reason: "inviter_unauthorized",
      pass: 2,
      retryable: 1,
    });
  });

  test("is canceled within a chunk, and unreached rows can be retried", async () => {
    const { fixture, imports, invariants, first, world } = await begin({ seats: 400 });
    const id = await imports.begin(csv(...many(300), "nobody"));
    let writes = 0;
    const { table } = world;
    world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          await table.write(...steps);
          if (++writes === 3) await fixture.as(fixture.ada, () => Manage.cancel({ import: id }));
        },
      },
    });
    await imports.run(first());
    expect(await imports.get(id)).toMatchObject({
      state: "canceled",
      reason: "canceled",
      retryable: 106,
      rows: 301,
      counts: {
        invited: 194,
        canceled: 106,
        invalid_email: 1,
      },
    });
    world.rebind();
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(await imports.get(id)).toMatchObject({ state: "done", counts: { invited: 300, invalid_email: 1 } });
    expect(await invariants.check()).toEqual([]);
  });

  test("of an organization that neither pays nor has granted seats keeps to the daily limit", async () => {
    const { fixture, imports, invariants, world } = await begin({ seats: 200 });
    await world.table.write(update(organizationKeys.organization(fixture.organization), { set: { grantedSeats: 0 } }));
    await fixture.invite("first@example.com");
    const id = await imports.begin(csv(...many(60), "p0@example.com", "nobody"));
    await imports.work();
    expect((await imports.get(id)).counts).toEqual({ invited: 49, daily_limit: 11, duplicate: 1, invalid_email: 1 });
    expect(await fixture.organizationRow()).toMatchObject({ sentToday: 50, free: 150 });
    world.clock.pass(86_400);
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect((await imports.get(id)).counts).toEqual({ invited: 60, duplicate: 1, invalid_email: 1 });
    expect(await fixture.organizationRow()).toMatchObject({ sentToday: 11 });
    expect(await invariants.check()).toEqual([]);
  });

  test("counts toward what its account sends for such organizations, and gives back what it did not send", async () => {
    const { fixture, imports, world } = await begin({ seats: 200 });
    await world.table.write(update(organizationKeys.organization(fixture.organization), { set: { grantedSeats: 0 } }));
    const count = Windows.countersOf(Limits.untrustedInvitations, fixture.ada.account);
    await world.table.write(count.take(90, Seat.spent));
    await fixture.invite("p0@example.com");
    const id = await imports.begin(csv(...many(30)));
    await imports.work();
    expect((await imports.get(id)).counts).toEqual({ invited: 9, already_invited: 1, daily_limit: 20 });
    await fixture.as(fixture.ada, () => Manage.retry({ import: id }));
    await imports.work();
    expect(count.left(await world.table.get(count.key))).toBe(0);
    world.clock.pass(86_400);
    await imports.begin(csv("p0@example.com", "p1@example.com", "another@example.com"));
    await imports.work();
    const today = Windows.countersOf(Limits.untrustedInvitations, fixture.ada.account);
    expect(today.left(await world.table.get(today.key))).toBe(99);
  });

  test("gives back the day's unused mails", async () => {
    const { fixture, imports, world } = await begin({ seats: 200 });
    await world.table.write(update(organizationKeys.organization(fixture.organization), { set: { grantedSeats: 0 } }));
    await fixture.invite("first@example.com");
    await imports.begin(csv("first@example.com", "second@example.com"));
    await imports.work();
    expect(await fixture.organizationRow()).toMatchObject({ sentToday: 2, free: 198 });
  });

  test("takes over the seat of an invitation that just expired, and reports it as sent again", async () => {
    const { fixture, imports, invariants, world } = await begin({ seats: 3 });
    await fixture.invite("late@example.com");
    world.clock.pass(8 * 86_400);
    const id = await imports.begin(csv("late@example.com", "new@example.com"));
    await imports.work();
    expect(await imports.outcomes(id)).toEqual(["invited", "invited"]);
    expect(await fixture.rowOf("late@example.com")).toMatchObject({ attempt: 2, src: id });
    expect((await fixture.organizationRow()).free).toBe(1);
    expect(await invariants.check()).toEqual([]);
  });

  test("continues in another message after its deadline, and computes expirations again after a delay", async () => {
    const { fixture, imports, first, world } = await begin({ seats: 300 });
    const id = await imports.begin(csv(...many(200)));
    let writes = 0;
    const { table } = world;
    const write: typeof table.write = async (...steps) => {
      await table.write(...steps);
      if (++writes === 2) world.clock.pass(5000);
    };
    world.rebind({ table: { ...table, write } });
    await imports.run(first(), world.clock.at + 1000);
    expect(await imports.get(id)).toMatchObject({ state: "running", rows: 97, progress: { rate: 0 } });
    expect(world.queued.imports).toHaveLength(1);
    world.rebind();
    await imports.work();
    expect((await fixture.rowOf("p0@example.com"))?.expiresAt).toBe("2026-12-01T09:00:00.000Z");
    expect((await fixture.rowOf("p150@example.com"))?.expiresAt).toBe("2026-12-01T10:23:20.000Z");
    expect(await imports.get(id)).toMatchObject({ state: "done", counts: { invited: 200 } });
  });

  test("is checked by the clock if its message is lost, and given up if that never helps", async () => {
    const { imports, world } = await begin();
    const id = await imports.begin(csv("a@example.com"));
    const look = async () => {
      world.clock.pass(700);
      await asSystem("clock", () => due({}));
      return world.queued.imports.length;
    };
    world.queued.imports.length = 0;
    expect(await look()).toBe(1);
    expect(await asSystem("clock", () => due({}))).toEqual({ queued: 1 });
    await imports.run(world.queued.imports.shift() as object);
    expect(world.queued.imports).toHaveLength(2);
    world.queued.imports.length = 0;
    for (let n = 0; n < 24; n++) {
      await look();
      await imports.run(world.queued.imports.shift() as object);
      world.queued.imports.length = 0;
    }
    expect(await imports.get(id)).toMatchObject({ state: "failed", reason: "stalled", retryable: 0 });
    expect(await look()).toBe(0);
  });

  test("expires if nobody uploads its file, and is found if only the upload event is lost", async () => {
    const { fixture, imports, world } = await begin();
    const { import: idle } = await fixture.as(fixture.ada, () => Manage.create({}));
    const id = await imports.upload(csv("a@example.com"));
    world.clock.pass(7000);
    await asSystem("clock", () => due({}));
    expect(world.queued.imports).toEqual([]);
    world.clock.pass(300);
    await asSystem("clock", () => due({}));
    await imports.work();
    expect(await imports.get(idle.id)).toMatchObject({ state: "failed", reason: "no_file" });
    expect(await imports.get(id)).toMatchObject({ state: "done", counts: { invited: 1 } });
  });
});

function growing(fixture: Awaited<ReturnType<typeof openOrganization>>) {
  return {
    grow: (seats: number) =>
      fixture.world.table.write(
        update(organizationKeys.organization(fixture.organization), { add: { capacity: seats, free: seats } }),
      ),
  };
}
