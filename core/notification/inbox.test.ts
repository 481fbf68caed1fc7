import { notificationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { times } from "@muster/local/testing/result.ts";
import { openWorld, type Person, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { put } from "../table/table.ts";
import * as Inbox from "./inbox.ts";
import { notificationKeys } from "./keys.ts";
import { list } from "./list.ts";
import type { NotificationRow } from "./row.ts";

let world: World;
let ada: Person;

beforeEach(async () => {
  world = await openWorld();
  ada = await world.person("ada@example.com");
});

const organization = ID.derive("organization", "acme");
const key = (n: number) => `ntf_${String(n).padStart(26, "0")}` as const;
const minute = (n: number) => `2026-11-24T08:${String(n % 60).padStart(2, "0")}:00.000Z`;
/** Notification `n` of something at minute `n`, which its reader received then, or later. */
async function receive(
  numbers: readonly number[],
  { later = 0, kind = "member.role_changed" }: { later?: number; kind?: NotificationRow["kind"] } = {},
): Promise<void> {
  const rowOf = (n: number) => {
    const times = { at: minute(n), receivedAt: minute(n + later) };
    return notificationPut(ada.account, key(n), organization, { kind, subject: `No. ${n}`, ...times, mail: "sent" });
  };
  await putAll(world, numbers.map(rowOf));
}
const page = (input: Parameters<typeof list>[0] = {}) => world.as(ada, () => list(input));
const unread = async () => (await page({ only: "unread" })).items.map(({ subject }) => Number(subject.slice(4)));
const markAll = (until: string) => world.as(ada, () => Inbox.markAllRead({ until }));

test("a notification is read once it is marked, for the account and nobody else", async () => {
  await receive([1, 2, 3]);
  const eve = await world.person("eve@example.com");
  await world.as(eve, () => Inbox.markRead({ notifications: [key(1)] }));
  expect(await unread()).toEqual([3, 2, 1]);
  await times(2, () => world.as(ada, () => Inbox.markRead({ notifications: [key(2), key(2)] })));
  expect(await unread()).toEqual([3, 1]);
  expect((await page()).items.map(({ isRead }) => isRead)).toEqual([false, true, false]);
  expect((await world.rows.scan()).filter(({ sk }) => String(sk).startsWith("ntf_"))).toHaveLength(3);
});

test("all are read until the last one that was seen, and a late tab takes nothing back", async () => {
  await receive([1, 2]);
  await receive([0], { later: 5 });
  await receive([9]);
  await markAll(minute(5));
  expect(await unread()).toEqual([9]);
  await markAll(minute(1));
  expect(await unread()).toEqual([9]);
});

test("one that comes late is unread, although what it is about is older than what was read", async () => {
  await receive([1, 5]);
  await markAll(minute(5));
  await receive([3], { later: 10 });
  expect(await unread()).toEqual([3]);
});

test("the future cannot be read", async () => {
  await receive([1]);
  await markAll("2099-01-01T00:00:00.000Z");
  expect(await unread()).toEqual([]);
  await receive([59], { later: 0 });
  world.clock.pass(3600);
  const row = await world.table.get(notificationKeys.inbox(ada.account));
  expect(row?.readUntil).toBe("2026-11-24T09:00:00.000Z");
});

test("unread ones and mentions are found among many, each once, page by page", async () => {
  await receive(Array.from({ length: 55 }, (_, n) => n));
  await receive(Array.from({ length: 200 }, (_, n) => 100 + n));
  await receive([55, 56, 57], { kind: "secret.created" });
  await putAll(world, [
    put(notificationKeys.inbox(ada.account), { readUntil: "2026-11-24T07:00:00.000Z" }),
    ...Array.from({ length: 200 }, (_, n) => {
      const about = { kind: "member.role_changed", subject: "Read", mail: "sent" } as const;
      const times = { at: minute(n), receivedAt: minute(n), readAt: minute(n) };
      return notificationPut(ada.account, key(100 + n), organization, { ...about, ...times });
    }),
  ]);
  const found: number[] = [];
  let cursor: string | undefined;
  let pages = 0;
  do {
    const { items, next } = await page({ only: "unread", cursor });
    found.push(...items.map(({ subject }) => Number(subject.slice(4))));
    cursor = next;
    pages++;
  } while (cursor && pages < 20);
  expect(found).toEqual(Array.from({ length: 58 }, (_, n) => 57 - n));
  expect((await page({ only: "mentions" })).items).toEqual([]);
});
