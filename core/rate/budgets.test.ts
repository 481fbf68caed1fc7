import { depth } from "@muster/local/testing/random.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { hourMs, minuteMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import * as Budgets from "./budgets.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
  bind(120);
});

const bind = (mailsPerHour: number) =>
  world.rebind({ settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour } });

const [acme, beta] = [ID.create("organization"), ID.create("organization")];
type Waiting = { booking: Budgets.Booking | undefined; leftAt?: number; tries: number };

/** Tries to let a mail leave. */
async function attempt(mail: Waiting, take: (bookings: Budgets.Bookings) => Promise<unknown>): Promise<void> {
  const bookings = Budgets.open(mail.booking);
  mail.tries++;
  try {
    await asSystem("mail", () => take(bookings));
    mail.leftAt = world.clock.at;
  } catch (error) {
    if (!(error instanceof MailPostponed)) throw error;
    mail.booking = error.booking;
  }
}

/** Wakes each mail when it is booked, for so long. */
async function pass(ms: number, mails: readonly Waiting[], take: (bookings: Budgets.Bookings) => Promise<unknown>) {
  for (const end = world.clock.at + ms; ; ) {
    const waiting = mails.filter(({ leftAt }) => leftAt === undefined);
    const due = waiting.filter(({ booking }) => booking && Date.parse(booking.at) <= world.clock.at);
    for (const mail of due) await attempt(mail, take);
    if (due.length > 0) continue;
    const next = Math.min(end, ...waiting.map(({ booking }) => Date.parse(booking?.at ?? "")).filter(Number.isFinite));
    world.clock.at = next;
    if (next === end) return;
  }
}

const newMails = (count: number): Waiting[] => Array.from({ length: count }, () => ({ booking: undefined, tries: 0 }));

test("those of five minutes leave at once, the others one after the other, each when it is booked", async () => {
  const take = (bookings: Budgets.Bookings) => bookings.take({ name: "kind", perHour: 120 });
  const mails = newMails(130);
  const begun = world.clock.at;
  for (const mail of mails) await attempt(mail, take);
  expect(mails.filter(({ leftAt }) => leftAt !== undefined)).toHaveLength(9);
  await pass(2 * hourMs, mails, take);
  const at = mails.map(({ leftAt = Number.NaN }) => leftAt - begun);
  expect(at.toSorted((one, other) => one - other)).toEqual(at);
  const within = at.map((start) => at.filter((one) => one >= start && one < start + hourMs).length);
  expect(Math.max(...within)).toBeLessThanOrEqual(120);
  expect(at.at(-1)).toBeLessThan(1.2 * hourMs);
  // it is booked once, and wakes once
  expect(Math.max(...mails.map(({ tries }) => tries))).toBe(2);
});

test("a waiting mail costs one write, however long it waits", async () => {
  const take = (bookings: Budgets.Bookings) => bookings.take({ name: "kind", perHour: 120 });
  const mails = newMails(20);
  for (const mail of mails) await attempt(mail, take);
  const before = await world.rows.scan();
  await pass(hourMs, mails, take);
  expect(mails.every(({ leftAt }) => leftAt !== undefined)).toBe(true);
  expect(await world.rows.scan()).toEqual(before);
});

test("a single mail of an organization does not wait for the thousands of another", async () => {
  const takeOf = (organization: ID.ID<"organization">) => (bookings: Budgets.Bookings) =>
    bookings.takeOf("invitations", organization);
  bind(2000);
  const many = newMails(300);
  for (const mail of many) await attempt(mail, takeOf(acme));
  expect(many.filter(({ leftAt }) => leftAt === undefined).length).toBeGreaterThan(130);
  for (let n = 0; n < 3; n++) {
    const [single] = newMails(1);
    await attempt(single as Waiting, takeOf(beta));
    expect(single?.leftAt).toBe(world.clock.at);
    await pass(minuteMs, many, takeOf(acme));
  }
});

test("nor for those of organizations that send evenly, and together more than their own budget", async () => {
  bind(240);
  const others = [1, 2, 3, 4].map(() => ({ id: ID.create("organization"), mails: [] as Waiting[] }));
  const takeOf = (organization: ID.ID<"organization">) => (bookings: Budgets.Bookings) =>
    bookings.takeOf("updates", organization);
  for (let round = 0; round < 50; round++) {
    for (const { id, mails } of others) {
      mails.push(...newMails(1));
      await attempt(mails.at(-1) as Waiting, takeOf(id));
      await pass(hourMs / 400, mails, takeOf(id));
    }
  }
  const [single] = newMails(1);
  await attempt(single as Waiting, takeOf(beta));
  expect(single?.leftAt).toBe(world.clock.at);
});

test("two organizations with thousands of mails share what leaves", async () => {
  const [ofAcme, ofBeta] = [newMails(100), newMails(100)];
  const take = (organization: ID.ID<"organization">) => (bookings: Budgets.Bookings) =>
    bookings.takeOf("invitations", organization);
  for (const mail of ofAcme) await attempt(mail, take(acme));
  await pass(10 * minuteMs, ofAcme, take(acme));
  for (const mail of ofBeta) await attempt(mail, take(beta));
  const count = (mails: Waiting[]) => mails.filter(({ leftAt }) => leftAt !== undefined).length;
  const before = { acme: count(ofAcme), beta: count(ofBeta) };
  for (let minute = 0; minute < 30; minute++) {
    await pass(minuteMs, ofAcme, take(acme));
    world.clock.at -= minuteMs;
    await pass(minuteMs, ofBeta, take(beta));
  }
  const [first, second] = [count(ofAcme) - before.acme, count(ofBeta) - before.beta];
  expect(Math.min(first, second)).toBeGreaterThan(20);
  expect(Math.max(first, second)).toBeLessThan(2 * Math.min(first, second));
});

test("a mail that would leave too late is not booked, and delays no other", async () => {
  const untilMs = world.clock.at + 10 * minuteMs;
  const take = (bookings: Budgets.Bookings) => bookings.take({ name: "codes", perHour: 120, untilMs });
  const mails = newMails(60);
  const taken: unknown[] = [];
  for (const mail of mails) await attempt(mail, async (bookings) => taken.push(await take(bookings)));
  const waiting = mails.filter(({ booking, leftAt }) => booking && leftAt === undefined);
  expect(waiting.length).toBeGreaterThan(10);
  expect(waiting.every(({ booking }) => Date.parse(booking?.at ?? "") <= untilMs)).toBe(true);
  expect(taken.filter((one) => one === false).length).toBe(60 - 9 - waiting.length);
  const later = newMails(1);
  await attempt(later[0] as Waiting, (bookings) => bookings.take({ name: "codes", perHour: 120 }));
  expect(Date.parse(later[0]?.booking?.at ?? "")).toBeLessThan(untilMs + 2 * minuteMs);
});

test("the booking of a mail in one budget is kept while it waits in the next", async () => {
  const budgets = [
    { name: "network", perHour: 1200 },
    { name: "all", perHour: 12 },
  ];
  const take = (bookings: Budgets.Bookings) => bookings.take(...budgets);
  const mails = newMails(3);
  for (const mail of mails) await attempt(mail, take);
  expect(mails.map(({ booking }) => booking?.budget)).toEqual([undefined, "all", "all"]);
  await pass(hourMs, mails, take);
  expect(mails.map(({ tries }) => tries)).toEqual([1, 2, 2]);
});

test("any number of mails at any times leave within the budget of each hour", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 10 * minuteMs }), { maxLength: 60 }), async (gaps) => {
      const name = ID.create("flow");
      const leaves: number[] = [];
      for (const gap of gaps) {
        world.clock.at += gap;
        const bookings = Budgets.open(undefined);
        await asSystem("mail", () => bookings.take({ name, perHour: 24 })).catch(() => undefined);
        leaves.push(Date.parse(bookings.current?.at ?? ""));
      }
      for (const start of leaves) {
        expect(leaves.filter((one) => one >= start && one < start + hourMs).length).toBeLessThanOrEqual(24);
      }
    }),
    { numRuns: depth(8, 300) },
  );
});
