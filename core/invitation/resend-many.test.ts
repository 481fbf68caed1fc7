import { openInterleaving } from "@muster/local/testing/faults/interleaving.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, expect, test } from "vitest";
import { addressOf } from "../account/account.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import type { MailMessage } from "../kernel/ports.ts";
import * as Mail from "../mail/mail.ts";
import { organizationKeys } from "../organization/keys.ts";
import { type Item, type Key, update } from "../table/table.ts";
import { idOf } from "./invitation.ts";
import { invitationKeys } from "./keys.ts";
import { pageSize } from "./limits.ts";
import * as List from "./list.ts";
import { resendMany } from "./resend-many.ts";
import * as Resending from "./resending.ts";
import * as Sending from "./send.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization({ seats: 400 });
});

const emails = (count: number, group = "p") => Array.from({ length: count }, (_, n) => `${group}-${n}@example.com`);
const change = (email: string, set: Item) =>
  fixture.world.table.write(update(invitationKeys.addressIn(fixture.organization, addressOf(email)), { set }));
const changeOrganization = (set: Item) =>
  fixture.world.table.write(update(organizationKeys.organization(fixture.organization), { set }));

/** Invites these, whose emails end with this status, and passes the cooldown. */
async function invited(all: readonly string[], mail: string) {
  for (let at = 0; at < all.length; at += 100) {
    const invitations = all.slice(at, at + 100).map((email) => ({ email, role: "read" }));
    await fixture.as(fixture.ada, () => Sending.send({ invitations }));
  }
  for (const email of all) await change(email, { mail });
  fixture.world.clock.pass(600);
}
const resend = (mail: "failed" | "unconfirmed" = "failed", cursor?: string, by = fixture.ada) =>
  fixture.as(by, () => resendMany({ mail, ...(cursor && { cursor }) }));
const attempts = async (all: readonly string[]) =>
  Promise.all(all.map(async (email) => Number((await fixture.rowOf(email))?.attempt)));
const none = { resent: 0, tooSoon: 0, notAllowed: 0, limited: 0, contended: 0 };

test("those whose email failed are sent again, each once, and no others", async () => {
  await invited(emails(3), "failed");
  await invited(emails(2, "u"), "unconfirmed");
  await invited(emails(2, "d"), "delivered");
  const before = await fixture.organizationRow();
  expect(await resend()).toEqual({ ...none, resent: 3 });
  expect(await resend()).toEqual(none);
  expect(await attempts([...emails(3), ...emails(2, "u"), ...emails(2, "d")])).toEqual([2, 2, 2, 1, 1, 1, 1]);
  expect(await fixture.rowOf("p-0@example.com")).toMatchObject({
    mail: "queued",
    sentAt: "2026-11-24T09:30:00.000Z",
    expiresAt: "2026-12-01T09:30:00.000Z",
  });
  expect(await resend("unconfirmed")).toEqual({ ...none, resent: 2 });
  const after = await fixture.organizationRow();
  expect([after.free, after.sentToday]).toEqual([before.free, (before.sentToday ?? 0) + 5]);
  const { items } = await fixture.world.table.query(kernelKeys.outbox(fixture.organization));
  expect(items.filter(({ type }) => type === "invitation.resent")).toHaveLength(5);
});

test("a click at the same time, and a status that changes in between, send nothing twice", async () => {
  await invited(emails(30), "failed");
  const bob = await fixture.join("bob@example.com", "admin");
  const { table, overtake } = openInterleaving(fixture.world.table);
  fixture.world.rebind({ table });
  const [slow, fast] = await overtake(
    () => resend(),
    () => resend("failed", undefined, bob),
  );
  expect([slow, fast]).toEqual([none, { ...none, resent: 30 }]);
  expect(new Set(await attempts(emails(30)))).toEqual(new Set([2]));

  await invited(["eve@example.com"], "unconfirmed");
  const [late] = await overtake(
    () => resend("unconfirmed"),
    () => change("eve@example.com", { mail: "delivered" }),
  );
  expect(late).toEqual(none);
  expect(await attempts(["eve@example.com"])).toEqual([1]);
});

test("one that was just sent waits for its cooldown, and an admin leaves those of owners", async () => {
  const bob = await fixture.join("bob@example.com", "admin");
  await fixture.invite("o@example.com", "owner");
  await invited(["p-0@example.com"], "failed");
  await change("o@example.com", { mail: "failed" });
  await change("p-0@example.com", { sentAt: "2026-11-24T09:06:00.000Z" });
  expect(await resend("failed", undefined, bob)).toEqual({ ...none, tooSoon: 1, notAllowed: 1 });
  expect(await attempts(["o@example.com", "p-0@example.com"])).toEqual([1, 1]);
  fixture.world.clock.pass(60);
  expect(await resend()).toEqual({ ...none, resent: 2 });
});

test("an email that is just being sent is not requested a second time, though its request is old", async () => {
  await invited(["p-0@example.com"], "queued");
  const address = addressOf("p-0@example.com");
  const { organization, world } = fixture;
  const counts: unknown[] = [];
  const send = async (message: MailMessage) => {
    counts.push(await resend("unconfirmed"));
    const invitation = idOf(address);
    counts.push(await resultOf(fixture.as(fixture.ada, () => Resending.resend({ invitation }))));
    const invitations = [{ email: "p-0@example.com", role: "write" }];
    const changed = await fixture.as(fixture.ada, () => Sending.send({ invitations, ifPending: "change_and_email" }));
    counts.push(changed.items[0]?.outcome);
    return `${world.sent.push(message)}`;
  };
  world.rebind({ mail: { send, rate: async () => 100 } });
  await asSystem("mail", () => Mail.deliver({ kind: "invitation", organization, address, attempt: 1 }));
  expect(counts).toEqual([{ ...none, tooSoon: 1 }, "invitation.resend_too_soon", "changed"]);
  expect(world.sent).toHaveLength(1);
  expect(await attempts(["p-0@example.com"])).toEqual([1]);
});

test("an email that a worker begins to send in between is not requested a second time", async () => {
  await invited(["p-0@example.com", "p-1@example.com"], "unconfirmed");
  const { table, overtake } = openInterleaving(fixture.world.table);
  fixture.world.rebind({ table });
  const claim = () => change("p-0@example.com", { claimedAt: "2026-11-24T09:10:00.000Z" });
  const [late] = await overtake(() => resend("unconfirmed"), claim);
  expect(late).toEqual({ ...none, resent: 1 });
  expect(await attempts(["p-0@example.com", "p-1@example.com"])).toEqual([1, 2]);
  fixture.world.clock.pass(3_600);
  expect(await resend("unconfirmed")).toEqual({ ...none, resent: 1 });
});

test("what was accepted, revoked or has expired since is not sent again", async () => {
  await invited(emails(4), "failed");
  await change("p-0@example.com", { state: "member" });
  await change("p-1@example.com", { state: "revoked" });
  await change("p-2@example.com", { expiresAt: "2026-11-24T09:05:00.000Z" });
  expect(await resend()).toEqual({ ...none, resent: 1 });
  expect(await attempts(emails(4))).toEqual([1, 1, 1, 2]);
});

test("the daily limit holds: as many as it has room for are sent again, and then the request fails", async () => {
  await invited(emails(45), "failed");
  await changeOrganization({ grantedSeats: 0 });
  expect(await resend()).toEqual({ ...none, resent: 5, limited: 40 });
  expect(await resultOf(resend())).toBe("invitation.daily_limit");
  fixture.world.clock.pass(86_400);
  expect(await resend()).toEqual({ ...none, resent: 40 });
});

test("what others keep changing is counted apart, and does not stop the rest", async () => {
  await invited(emails(60), "failed");
  const { table } = fixture.world;
  let first: Key | undefined;
  let changes = 0;
  const rename = (key: Key) => table.write(update(key, { set: { name: `Name ${changes++}` } }));
  const write: typeof table.write = async (...steps) => {
    first ??= steps[0]?.key;
    if (first && steps[0]?.key.pk === first.pk) await rename(first);
    return table.write(...steps);
  };
  fixture.world.rebind({ table: { ...table, write } });
  expect(await resend()).toEqual({ ...none, resent: 35, contended: 25 });
});

test("an organization that can't invite sends none again", async () => {
  await invited(emails(2), "failed");
  await changeOrganization({ growth: false });
  expect(await resultOf(resend())).toBe("organization.frozen");
  expect(await attempts(emails(2))).toEqual([1, 1]);
});

test("many are sent again page after page, each with its own message and lifetime", async () => {
  const all = emails(pageSize + 30);
  await invited(all, "failed");
  await change("p-3@example.com", { message: "Welcome.", lifetimeDays: 3 });
  const first = await resend();
  expect(first).toEqual({ ...none, resent: pageSize, next: expect.any(String) });
  expect(await resend("failed", first.next)).toEqual({ ...none, resent: 30 });
  expect(new Set(await attempts(all))).toEqual(new Set([2]));
  const row = await fixture.rowOf("p-3@example.com");
  expect([row?.message, row?.lifetimeDays]).toEqual(["Welcome.", 3]);
  expect((await fixture.rowOf("p-4@example.com"))?.message).toBeUndefined();
  expect(await resultOf(resend("unconfirmed", first.next))).toBe("cursor.invalid");
});

test("the list can be limited to those whose email failed, page after page", async () => {
  await invited(emails(130), "failed");
  await invited(emails(3, "d"), "delivered");
  const list = (cursor?: string) =>
    fixture.as(fixture.ada, () => List.list({ mail: "failed", ...(cursor && { cursor }) }));
  const first = await list();
  expect(first.items).toHaveLength(pageSize);
  const second = await list(first.next);
  expect(second.items).toHaveLength(30);
  expect(second.next).toBeUndefined();
  const found = [...first.items, ...second.items].map(({ email }) => email);
  expect(found.toSorted()).toEqual(emails(130).toSorted());
  expect(await resultOf(fixture.as(fixture.ada, () => List.list({ cursor: first.next ?? "" })))).toBe("cursor.invalid");
});
