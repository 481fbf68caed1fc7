import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Account from "../account/account.ts";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { invitationKeys } from "../invitation/keys.ts";
import { pageSize } from "../invitation/limits.ts";
import * as Sending from "../invitation/send.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { rateKeys } from "../rate/keys.ts";
import { type Item, update } from "../table/table.ts";
import * as BacklogNote from "./backlog-note.ts";
import * as Mail from "./mail.ts";
import { react } from "./react.ts";
import { getStalled, resumeStalled } from "./stalled.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 400 });
});

const emails = (count: number, group = "p") => Array.from({ length: count }, (_, n) => `${group}-${n}@example.com`);
const key = (email: string) => invitationKeys.addressIn(fixture.organization, Account.addressOf(email));
const change = (email: string, set: Item) => fixture.world.table.write(update(key(email), { set }));
const changeOrganization = (set: Item, unset: string[] = []) =>
  fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set, unset } as never));
const passMinutes = (minutes: number) => fixture.world.clock.pass(minutes * 60);

async function invite(all: readonly string[]) {
  for (let at = 0; at < all.length; at += 100) {
    const invitations = all.slice(at, at + 100).map((email) => ({ email, role: "read" }));
    await fixture.as(fixture.ada, () => Sending.send({ invitations }));
  }
}
const count = () => fixture.as(fixture.ada, () => getStalled({}));
const again = (cursor?: string, by = fixture.ada) => fixture.as(by, () => resumeStalled({ ...(cursor && { cursor }) }));
const queued = () => fixture.world.queued.mail as Mail.Job[];

let followed = 0;
/** Runs the mailer's reactions to what the log has got since. */
async function follow() {
  await asSystem("follow", () => Audit.follow({ owner: fixture.organization }));
  const range = { ...kernelKeys.log(fixture.organization), to: "9", consistent: true };
  const { items } = await fixture.world.table.query(range);
  for (const announcement of items.slice(followed).flatMap((row) => Audit.announcement(row) ?? [])) {
    await asSystem("work", () => react(announcement));
  }
  followed = items.length;
}
/** Sends what is queued, as often as it is there. */
async function deliver() {
  for (const job of queued().splice(0)) await asSystem("mail", () => Mail.deliver(job));
}
/** Invites, and the queue gives up on the emails. */
async function lose(all: readonly string[]) {
  await invite(all);
  await follow();
  queued().length = 0;
}
const sentTo = () => fixture.world.sent.map(({ to }) => to).toSorted();
beforeEach(() => {
  followed = 0;
});

describe("emails of single invitations whose message is a dead letter", () => {
  test("are stalled after 30 minutes, and leave once they are queued again, none of them twice", async () => {
    await invite(emails(2, "sent"));
    await follow();
    await deliver();
    await lose(emails(3));
    passMinutes(29);
    expect(await count()).toEqual({ count: 0, isComplete: true });
    expect(await again()).toEqual({ queued: 0 });
    passMinutes(1);
    expect(await count()).toEqual({ count: 3, isComplete: true });
    expect(await again()).toEqual({ queued: 3 });
    expect([await count(), await again()]).toEqual([{ count: 0, isComplete: true }, { queued: 0 }]);
    await follow();
    const dead = queued().slice(0, 1);
    expect(queued()).toHaveLength(3);
    await deliver();
    for (const job of dead) await asSystem("mail", () => Mail.deliver(job)); // and the operator redrives one, too
    expect(sentTo()).toEqual([...emails(3), ...emails(2, "sent")]);
    expect(await fixture.rowOf("p-0@example.com")).toMatchObject({ mail: "sent", attempt: 1 });
  });

  test("keep their links and the room of the day, and the log says who queued them", async () => {
    await lose(emails(2));
    passMinutes(30);
    const [before, token] = [await fixture.organizationRow(), await fixture.tokenOf("p-0@example.com")];
    await again();
    expect(await fixture.organizationRow()).toEqual(before);
    expect(await fixture.tokenOf("p-0@example.com")).toBe(token);
    const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
    const said = items.filter(({ type }) => type === "invitation.mails_resumed");
    expect(said.map(({ data, actor }) => [data, actor])).toEqual([
      [{ invitations: expect.toSatisfy((ids: string[]) => ids.length === 2) }, fixture.ada.account],
    ]);
  });

  test("are stalled again 30 minutes later, if the queue gives up again", async () => {
    await lose(emails(1));
    passMinutes(30);
    await again();
    await follow();
    queued().length = 0;
    passMinutes(29);
    expect(await again()).toEqual({ queued: 0 });
    passMinutes(1);
    expect(await again()).toEqual({ queued: 1 });
  });

  test("are queued by one of several who do so at the same time", async () => {
    await lose(emails(60));
    passMinutes(30);
    const bob = await fixture.join("bob@example.com", "admin");
    const { table, overtake } = openInterleaving(fixture.world.table);
    fixture.world.rebind({ table });
    const [slow, fast] = await overtake(
      () => again(),
      () => again(undefined, bob),
    );
    expect([slow, fast]).toEqual([{ queued: 0 }, { queued: 60 }]);
    await follow();
    const jobs = queued().filter(({ kind }) => kind === "invitation");
    expect(jobs).toHaveLength(60);
  });

  test.each<[string, Item]>([
    ["a worker sends it", { mail: "unconfirmed" }],
    ["it is accepted", { state: "member" }],
    ["it gets a new link", { attempt: 2, sentAt: "2026-11-24T09:29:00.000Z" }],
  ])("stay away when, in between, %s; the others are queued", async (_, set) => {
    await lose(emails(2));
    passMinutes(30);
    const { table, overtake } = openInterleaving(fixture.world.table);
    fixture.world.rebind({ table });
    const [answer] = await overtake(
      () => again(),
      () => change("p-0@example.com", set),
    );
    expect(answer).toEqual({ queued: 1 });
    await follow();
    expect(queued()).toEqual([expect.objectContaining({ address: Account.addressOf("p-1@example.com") })]);
  });

  test("are found page after page, and each is queued once", async () => {
    await lose(emails(pageSize + 30));
    passMinutes(30);
    expect(await count()).toEqual({ count: pageSize, isComplete: false });
    const first = await again();
    expect(first.queued).toBe(pageSize);
    expect(await again(first.next)).toEqual({ queued: 30 });
    await follow();
    expect(new Set(queued().map((job) => JSON.stringify(job))).size).toBe(pageSize + 30);
    expect(queued()).toHaveLength(pageSize + 30);
  });

  test("are counted although more than a page of newer emails wait", async () => {
    await lose(["lost@example.com", "gone@example.com"]);
    passMinutes(30);
    await invite(emails(pageSize + 20, "newer"));
    expect(await count()).toMatchObject({ count: 2 });
  });
});

describe("nothing is stalled", () => {
  const stalled = async () => [(await count()).count, (await again()).queued];

  test("while the organization is suspended or its emails are paused", async () => {
    await lose(emails(2));
    passMinutes(30);
    await changeOrganization({ mailPaused: { at: "2026-11-24T08:00:00.000Z", why: "bounced" } });
    expect(await stalled()).toEqual([0, 0]);
    await changeOrganization({ state: "suspended" }, ["mailPaused"]);
    expect(await stalled()).toEqual([0, 0]);
    await changeOrganization({ state: "active" });
    expect(await stalled()).toEqual([2, 2]);
  });

  test.each(["organization", "all"] as const)("while emails wait in the budget of %s", async (whose) => {
    await lose(emails(2));
    passMinutes(30);
    const name = whose === "all" ? "invitations" : `invitations of ${fixture.organization}`;
    const budget = (aheadMinutes: number) => {
      const at = fixture.world.clock.at + aheadMinutes * 60_000;
      return fixture.world.table.write(update(rateKeys.mailBudget(name), { set: { at } }));
    };
    await budget(6);
    expect(await stalled()).toEqual([0, 0]);
    await budget(5); // what leaves at once waits for nothing
    expect(await stalled()).toEqual([2, 2]);
  });

  test("while a worker tries to send them, because the provider is down", async () => {
    await lose(emails(1));
    passMinutes(16 * 60); // the next day
    const mail = key("p-0@example.com");
    await BacklogNote.note({ kind: "invitation", mail }, { since: "2026-11-24T09:00:00.000Z" });
    expect(await stalled()).toEqual([0, 0]);
    passMinutes(30);
    expect(await stalled()).toEqual([0, 0]);
    passMinutes(1);
    expect(await stalled()).toEqual([1, 1]);
  });

  test("of what an import sends in bulk, but of what was changed since", async () => {
    await lose(emails(2));
    const src = ID.create("import");
    for (const email of emails(2)) await change(email, { src, line: 1, mailing: 1 });
    await change("p-1@example.com", { changeSrc: "request" });
    passMinutes(30);
    expect(await stalled()).toEqual([1, 1]);
  });

  test("of what left, failed or has expired", async () => {
    await lose(emails(4));
    await change("p-0@example.com", { mail: "delivered" });
    await change("p-1@example.com", { mail: "failed" });
    await change("p-2@example.com", { expiresAt: "2026-11-24T09:29:00.000Z" });
    passMinutes(30);
    expect(await stalled()).toEqual([1, 1]);
  });
});

test("members who are neither owners nor admins see and queue nothing", async () => {
  const eve = await fixture.join("eve@example.com", "write");
  expect(await resultOf(fixture.as(eve, () => getStalled({})))).toBe("actor.forbidden");
  expect(await resultOf(again(undefined, eve))).toBe("actor.forbidden");
});
