import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { groupOf } from "../catalog/notifications.ts";
import { asSystem } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import * as Member from "../member/member.ts";
import { update } from "../table/table.ts";
import { notificationKeys } from "./keys.ts";
import * as Preference from "./preference.ts";
import { kinds, type Way, ways } from "./shape.ts";
import { notify } from "./write.ts";

let fixture: OrganizationFixture;
let [bob, rita]: Person[] = [];

beforeEach(async () => {
  fixture = await openOrganization();
  bob = await fixture.join("bob@example.com", "write");
  rita = await fixture.join("rita@example.com", "read");
  fixture.world.queued.mail.length = 0;
});

const as = <R>(person: Person | undefined, run: () => Promise<R>) => fixture.as(person as Person, run);
const change = (person: Person | undefined, changes: Parameters<typeof Preference.changePreferences>[0]) =>
  as(person, () => Preference.changePreferences(changes));
const usual = { mentions: "email", comments: "email", invitations: "email", seats: "email", rollouts: "email" };

/** Returns whether Bob and Rita are notified of such a thing in the product, and by email. */
async function notifyOf(kind: (typeof kinds)[number]): Promise<Way[]> {
  const { organization, world } = fixture;
  const notification = ID.create("notification");
  const people = [bob, rita].map((one) => (one as Person).account);
  const rows = people.map((account) => ({ account, kind, organization, subject: "Acme", at: "2026-11-24" }));
  for (let times = 0; times < 2; times++) await asSystem("work", () => notify(notification, rows));
  const mailed = JSON.stringify(world.queued.mail.splice(0));
  const found = await world.table.getMany(
    people.map((account) => notificationKeys.notification(account, notification)),
  );
  return found.map((row) => {
    if (!row) return "off";
    if (row.digest === "waiting") return "digest";
    expect(row.mail === "queued").toBe(mailed.includes(row.pk));
    return row.mail === "queued" ? "email" : "product";
  });
}

test("each member chooses how they are notified, by group", async () => {
  expect(await as(bob, () => Preference.getPreferences({}))).toEqual(usual);
  expect(await change(bob, { mentions: "product", comments: "off" })).toEqual({
    ...usual,
    mentions: "product",
    comments: "off",
  });
  await change(bob, { comments: "product" });
  await change(rita, { comments: "off" });
  expect(await as(bob, () => Preference.getPreferences({}))).toEqual({
    ...usual,
    mentions: "product",
    comments: "product",
  });
  expect(await notifyOf("update.mentioned")).toEqual(["product", "email"]);
  expect(await notifyOf("comment.mentioned")).toEqual(["product", "email"]);
  expect(await notifyOf("update.commented")).toEqual(["product", "off"]);
  expect(await notifyOf("invitation.requested")).toEqual(["email", "email"]);
  await change(bob, { invitations: "digest" });
  expect(await notifyOf("invitation.requested")).toEqual(["digest", "email"]);
});

test("removal, roles, owners, security and money cannot be turned off", async () => {
  await change(bob, { mentions: "off", comments: "off", invitations: "off", seats: "off", rollouts: "off" });
  const off = [];
  for (const kind of kinds) {
    const [way] = await notifyOf(kind);
    if (way !== "email") off.push([kind, way]);
  }
  expect(off).toEqual(kinds.filter((kind) => groupOf(kind)).map((kind) => [kind, "off"]));
  const essential = /^(member|billing|secret|domain|departure|organization)\.|\.deleted$/;
  expect(kinds.filter((kind) => groupOf(kind) && essential.test(kind))).toEqual([]);
});

test("a choice made in another tab is not overwritten, and one of a newer release is no email", async () => {
  const key = memberKeys.member(fixture.organization, (bob as Person).account);
  const { table } = fixture.world;
  fixture.world.rebind({
    table: {
      ...table,
      write: async (...steps) => {
        fixture.world.rebind();
        await table.write(update(key, { set: { notify: { mentions: "off" } } }));
        await table.write(...steps);
      },
    },
  });
  expect(await resultOf(change(bob, { comments: "off" }))).toBe("notification.preferences_changed");
  await change(bob, { comments: "off" });
  expect(await as(bob, () => Preference.getPreferences({}))).toEqual({ ...usual, mentions: "off", comments: "off" });
  await table.write(update(raw(key), { set: { notify: { mentions: "chat" } } }));
  expect(await notifyOf("update.mentioned")).toEqual(["product", "email"]);
  expect((await as(bob, () => Preference.getPreferences({}))).mentions).toBe("product");
});

test("a choice ends with the membership", async () => {
  await change(rita, { mentions: "off" });
  await as(fixture.ada, () => Member.remove({ account: (rita as Person).account }));
  await fixture.join("rita@example.com");
  expect(await as(rita, () => Preference.getPreferences({}))).toEqual(usual);
  expect(ways).toContain("email");
});
