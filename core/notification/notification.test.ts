import { notificationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { resultOf, times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as Audit from "../audit/audit.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { reactsTo } from "../kernel/reaction.ts";
import { OrganizationCreated } from "../organization/events.ts";
import * as Organization from "../organization/organization.ts";
import { update } from "../table/table.ts";
import { notificationKeys } from "./keys.ts";
import * as List from "./list.ts";
import * as Notification from "./notification.ts";

let world: World;
let ada: Person;
let announcement: Audit.Announcement;
let organization: ID.ID<"organization">;

beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
  organization = (await world.as(ada, () => Organization.create({ name: "Acme" }))).id;
  await asSystem("follow", () => Audit.follow({ owner: organization }));
  const row = await world.table.get(kernelKeys.logged(organization, 1));
  announcement = Audit.announcement(row ?? {}) as Audit.Announcement;
});

const react = (to = announcement) => asSystem("work", () => Notification.react(to));
const notifications = async () =>
  (await world.table.query({ ...notificationKeys.notifications(ada.account), consistent: true })).items;
const list = (cursor?: string) => world.as(ada, () => List.list({ cursor }));

describe("a reaction", () => {
  test("to the creation of an organization is a notification to its creator, and a mail", async () => {
    await react();
    const at = "2026-11-24T09:00:00.000Z";
    const id = `ntf_${announcement.event.slice(4)}`;
    expect(await list()).toEqual({
      items: [{ id, kind: "organization.created", organization, subject: "Acme", at, receivedAt: at, isRead: false }],
    });
    expect(world.queued.mail).toEqual([{ kind: "notification", account: ada.account, notification: id }]);
  });

  test("that runs several times, or concurrently, leaves one notification, with its mail status", async () => {
    await react();
    const [first] = await notifications();
    await world.table.write(
      update(notificationKeys.notification(ada.account, first?.sk as ID.ID<"notification">), { set: { mail: "sent" } }),
    );
    world.clock.pass(60);
    await times(8, () => react());
    expect(await notifications()).toEqual([{ ...first, mail: "sent" }]);
  });

  test("to an event that is missing from the log is an error, so that it is retried", async () => {
    expect(await resultOf(react({ ...announcement, seq: 2 }))).toContain("has no event");
    expect(await resultOf(react({ ...announcement, event: ID.create("event") }))).toContain("has no event");
    expect(await notifications()).toEqual([]);
  });

  test("follows the log, whatever the message says about the event", async () => {
    await react({ ...announcement, type: "organization.renamed" });
    expect((await notifications()).map(({ kind }) => kind)).toEqual(["organization.created"]);
  });

  test("only follows known events, and only those caused by people", async () => {
    await world.as(ada, () => Organization.rename({ name: "Acme Two" }), { id: organization, role: "owner" });
    const created = OrganizationCreated.record(organization, { name: "By a job" }, { type: "system", job: "test" });
    await world.table.write(created);
    await asSystem("follow", () => Audit.follow({ owner: organization }));
    for (const seq of [2, 3]) {
      const row = await world.table.get(kernelKeys.logged(organization, seq));
      await react(Audit.announcement(row ?? {}));
    }
    expect(await notifications()).toEqual([]);
    expect(world.queued.mail).toEqual([]);
    expect([
      reactsTo("organization.created", Notification.reactions),
      reactsTo("organization.renamed", Notification.reactions),
    ]).toEqual([true, false]);
  });
});

test("people list only their own notifications, newest first, page by page", async () => {
  const id = (n: number): ID.ID<"notification"> => `ntf_${String(n).padStart(26, "0")}`;
  await putAll(
    world,
    Array.from({ length: 60 }, (_, n) => notificationPut(ada.account, id(n), organization, { subject: `No. ${n}` })),
  );
  const first = await list();
  expect(first.items.map(({ subject }) => subject)).toEqual(Array.from({ length: 50 }, (_, n) => `No. ${59 - n}`));
  const second = await list(first.next);
  expect(second.items).toHaveLength(10);
  const eve = await world.person("eve@example.com");
  expect(await world.as(eve, () => List.list({}))).toEqual({ items: [] });
  expect(await resultOf(world.as(eve, () => List.list({ cursor: first.next })))).toBe("cursor.invalid");
});
