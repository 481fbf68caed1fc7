import { AsyncLocalStorage } from "node:async_hooks";
import { unguarded } from "@muster/local/testing/faults/broken.ts";
import { depth, seededRandom } from "@muster/local/testing/random.ts";
import { openTimeline, type Timeline } from "@muster/local/testing/worlds/timeline.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { MailPostponed } from "../kernel/mail-error.ts";
import type { SendSlot } from "../kernel/ports.ts";
import { type Table, typed } from "../table/table.ts";
import { openRows } from "./rows.testing.ts";
import * as Slots from "./slots.ts";

const second = 1000;
/** The tolerance covers this and the difference of clocks. */
const journeyMs = { min: 20, max: 26 };
const skewMs = 2;

let world: World;
let random: () => number;
/** Arrivals of mails at the provider, in ms from the beginning. */
let arrived: { at: number; lane: Slots.Lane }[];
let begun: number;
/** The error of a worker's clock. */
const skew = new AsyncLocalStorage<number>();

beforeEach(async () => {
  world = await openWorld();
  random = seededRandom(11);
  arrived = [];
  begun = world.clock.at;
});

const between = (low: number, high: number) => low + random() * (high - low);

/** Returns how late a busy machine resumes after a wait: mostly a little, sometimes it stalls. */
function lateness(): number {
  const chance = random();
  if (chance < 0.002) return between(100, 400);
  return chance < 0.2 ? between(2, 20) : between(0, 2);
}

/** Time that passes as the workers wait for it, and rows that are as far away as on AWS. */
function open(perSecond: number, { lostAnswers = 0, alter = (table: Table) => table } = {}): Timeline {
  const timeline = openTimeline(world);
  const travel = () => timeline.pause(between(1, 8));
  const table = alter(typed({ ...world.table, ...openRows({ lostAnswers, random, travel }) }));
  world.rebind({
    table,
    now: () => new Date(world.clock.at + (skew.getStore() ?? 0)),
    pause: (ms) => timeline.pause(ms + lateness()),
    mail: { send: async () => "id", rate: async () => perSecond },
  });
  return timeline;
}

/** Sends one mail as the workers do: claimed, ready, at its slot; reported when the process has handed it over. */
async function send(lane: Slots.Lane, slot: SendSlot, { pause }: Timeline): Promise<void> {
  await pause(between(20, 90));
  await slot.come();
  // the process stalls before it sends; single mails, which book far ahead, are not expected to survive that
  await pause(lane === "bulk" && random() < 0.002 ? between(20, 1200) : between(0, 3));
  arrived.push({ at: world.clock.at - begun + between(journeyMs.min, journeyMs.max), lane });
  await pause(between(0, 2));
  slot.gone();
  await pause(between(20, 90));
}

/** A mail without a slot is not sent now. */
function waits(error: unknown): void {
  if (!(error instanceof MailPostponed)) throw error;
}

type Work = { untilMs: number; worker?: number; dies?: boolean; deliver?: typeof send };

/** One worker of bulk mail: it takes work, sends for some seconds, ends, and is started again; or sometimes crashes. */
function bulkWorker(timeline: Timeline, { untilMs, worker = 0, dies = false, deliver = send }: Work): Promise<void> {
  const end = begun + untilMs;
  async function work(): Promise<void> {
    for (let portion = worker; world.clock.at < end; portion++) {
      const until = Math.min(end, world.clock.at + 3000 + (portion % 5) * 600);
      const deathAt = dies && portion % 4 === 0 ? world.clock.at + between(100, 3000) : Number.POSITIVE_INFINITY;
      const pace = Slots.open("bulk", until);
      const sendOne = async (_: string, slot: SendSlot) => {
        if (world.clock.at < deathAt) await deliver("bulk", slot, timeline).catch(waits);
      };
      try {
        while (world.clock.at < deathAt) await pace.start(Array(48).fill("mail"), 48, sendOne);
      } catch (error) {
        waits(error);
      }
      if (world.clock.at < deathAt) await pace.close();
      await timeline.pause(between(50, 200));
    }
  }
  return skew.run((worker % 2 ? 1 : -1) * skewMs, work);
}

async function single(lane: Slots.Lane, timeline: Timeline, atMs: number): Promise<void> {
  await timeline.pause(begun + atMs - world.clock.at);
  const startedAt = world.clock.at;
  await asSystem("mail", () => Slots.within(lane, (slot) => send(lane, slot, timeline)), startedAt + 60 * second);
}

const moments = () => arrived.map(({ at }) => at).toSorted((one, other) => one - other);
/** Returns the maximum number of mails within any second. */
function maxInASecond(): number {
  const sorted = moments();
  let [first, most] = [0, 0];
  for (let last = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= second) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
const countBetween = (lane: Slots.Lane, fromMs: number, toMs: number) =>
  arrived.filter((one) => one.lane === lane && one.at >= fromMs && one.at < toMs).length;
const shareOf = (perSecond: number, seconds: number) =>
  countBetween("bulk", 2 * second, seconds * second) / (perSecond * (seconds - 2));
const together = (timeline: Timeline, workers: number, work: Work) =>
  Promise.all(Array.from({ length: workers }, (_, worker) => bulkWorker(timeline, { ...work, worker })));

const run = (timeline: Timeline, workers: number, work: Work) => timeline.run(() => together(timeline, workers, work));

describe("over a long run, with late and restarted workers, clocks that differ, and lost answers", () => {
  test.each([
    { perSecond: 1, workers: 2, seconds: depth(150, 900), least: 0.98 },
    { perSecond: 14, workers: 1, seconds: depth(30, 300), least: 0.5 }, // it waits for the result of each
    { perSecond: 14, workers: 5, seconds: depth(72, 300), least: 0.975 },
    { perSecond: 50, workers: 5, seconds: depth(26, 120), least: 0.98 },
    { perSecond: 200, workers: 5, seconds: depth(6, 40), least: 0.98 },
    { perSecond: 1000, workers: 10, seconds: depth(3, 15), least: 0.97 },
  ])(
    "$perSecond a second are sustained by $workers, and never exceeded",
    async ({ perSecond, workers, seconds, least }) => {
      const timeline = open(perSecond, { lostAnswers: 0.005 });
      await run(timeline, workers, { untilMs: seconds * second });
      expect(maxInASecond()).toBeLessThanOrEqual(perSecond);
      expect(shareOf(perSecond, seconds)).toBeGreaterThanOrEqual(least);
      expect(shareOf(perSecond, seconds)).toBeLessThanOrEqual(1);
    },
  );

  test("workers that crash without reporting what they sent do not exceed it either", async () => {
    const timeline = open(50);
    const seconds = depth(12, 60);
    await run(timeline, 5, { untilMs: seconds * second, dies: true });
    expect(maxInASecond()).toBeLessThanOrEqual(50);
    expect(shareOf(50, seconds)).toBeGreaterThan(0.7);
  });

  test("it would be exceeded without the guard of the slots", async () => {
    const timeline = open(14, { alter: (table) => unguarded(table, () => true) });
    await run(timeline, 4, { untilMs: 20 * second });
    expect(maxInASecond()).toBeGreaterThan(14);
  });

  test("it would be exceeded if nobody reported late mails", async () => {
    const punctual: typeof send = async (lane, slot, timeline) => {
      await slot.come();
      slot.gone();
      await timeline.pause(between(0, 60));
      arrived.push({ at: world.clock.at - begun, lane });
    };
    const timeline = open(14);
    await run(timeline, 2, { untilMs: 30 * second, deliver: punctual });
    expect(maxInASecond()).toBeGreaterThan(14);
  });
});

describe("the lanes", () => {
  test("have priorities: a code within a second and a half, a single mail before all bulk mails", async () => {
    const timeline = open(14);
    const singles = Array.from({ length: 140 }, () => single("others", timeline, 5 * second));
    const code = single("codes", timeline, 10 * second);
    const bulk = [0, 1].map((worker) => bulkWorker(timeline, { untilMs: 30 * second, worker }));
    await timeline.run(() => Promise.all([...bulk, ...singles, code]));
    expect(arrived.find(({ lane }) => lane === "codes")?.at).toBeLessThan(11.5 * second);
    expect(countBetween("bulk", 6.5 * second, 14 * second)).toBeLessThan(6);
    expect(countBetween("others", 5 * second, 17 * second)).toBe(140);
    expect(countBetween("bulk", 18 * second, 28 * second)).toBeGreaterThanOrEqual(0.9 * 140);
    expect(maxInASecond()).toBeLessThanOrEqual(14);
  });

  test("of single mails and of codes may use the whole rate", async () => {
    const timeline = open(20);
    const both = Array.from({ length: 200 }, (_, n) => single(n % 2 ? "codes" : "others", timeline, 0));
    await timeline.run(() => Promise.all(both));
    expect(moments().filter((at) => at < 11 * second).length).toBeGreaterThanOrEqual(184);
    expect(moments()).toHaveLength(200);
    expect(maxInASecond()).toBeLessThanOrEqual(20);
  });
});

const lack = () => new MailPostponed("There is no room.", { lack: "rate" });

describe("a provider that unexpectedly has no room", () => {
  test("gets half as many mails, however many refusals there are, and all of them again a minute later", async () => {
    const timeline = open(20);
    const refuse = async () => {
      await timeline.pause(10 * second);
      await Promise.all(Array.from({ length: 8 }, () => Slots.react(lack())));
      await timeline.pause(300);
      await Slots.react(lack());
    };
    await timeline.run(() => Promise.all([together(timeline, 3, { untilMs: 90 * second }), refuse()]));
    expect(countBetween("bulk", 2 * second, 10 * second)).toBeGreaterThan(150);
    expect(countBetween("bulk", 11 * second, 14 * second)).toBeLessThan(40);
    expect(countBetween("bulk", 11 * second, 14 * second)).toBeGreaterThan(25);
    expect(countBetween("bulk", 70 * second, 90 * second)).toBeGreaterThan(0.9 * 400);
  });

  test("repeatedly still gets some mails", async () => {
    const timeline = open(160);
    const lacks = async () => {
      for (let n = 0; n < 9; n++) {
        await timeline.pause(1.2 * second);
        await Slots.react(lack());
      }
    };
    await timeline.run(() => Promise.all([together(timeline, 3, { untilMs: 11.5 * second }), lacks()]));
    expect(countBetween("bulk", 9 * second, 11 * second)).toBeGreaterThanOrEqual(15);
    expect(countBetween("bulk", 9 * second, 11 * second)).toBeLessThan(80);
  });
});

test("while the provider is down, a mail waits longer each time, and after an outage not at all", async () => {
  const down = async () => {
    const reason = new MailPostponed("It is down.", { lack: "provider" });
    await Slots.react(reason);
    return reason.seconds;
  };
  const waits: (number | undefined)[] = [];
  for (const minutes of [0, 1, 4, 15, 25, 31]) {
    world.clock.pass(minutes * 60);
    waits.push(await down());
  }
  expect(waits).toEqual([0, 15, 75, 300, 675, 0]);
});

describe("a slot", () => {
  test("that comes too late is refused, and the mail waits", async () => {
    const timeline = open(1);
    const soon = () => Slots.open("bulk", world.clock.at + 10 * second).reserve(1);
    const late = () => asSystem("mail", () => Slots.within("others", async () => {}), world.clock.at + second);
    await timeline.run(soon);
    await expect(timeline.run(late)).rejects.toBeInstanceOf(MailPostponed);
  });

  test("that was not used is available to others at once, and one in the past to nobody", async () => {
    const timeline = open(1);
    const pace = Slots.open("bulk", world.clock.at + 60 * second);
    const [unused] = (await timeline.run(() => pace.reserve(1))) as [Slots.ReservedSlot];
    unused.end();
    await timeline.run(() => pace.close());
    const [used] = (await timeline.run(() => pace.reserve(1))) as [Slots.ReservedSlot];
    expect(world.clock.at - begun).toBeLessThan(200);
    await timeline.run(() => used.come());
    used.end();
    await expect(used.come()).rejects.toThrow("over");
    await expect(unused.come()).rejects.toThrow("over");
  });

  test("that was missed is not used: the mail gets another one", async () => {
    const timeline = open(14);
    const pace = Slots.open("bulk", world.clock.at + 60 * second);
    const reserve = async (count: number, from: Slots.SendRateLimiter) => {
      const slots: Slots.ReservedSlot[] = [];
      while (slots.length < count) slots.push(...(await from.reserve(1)));
      return slots;
    };
    const slots = await timeline.run(() => reserve(7, pace));
    world.clock.at += 3000;
    const others = await timeline.run(() => reserve(14, Slots.open("codes", world.clock.at + 60 * second)));
    const come = (all: Slots.ReservedSlot[]) =>
      Promise.all(
        all.map(async (slot) => {
          await slot.come();
          arrived.push({ at: world.clock.at - begun, lane: "bulk" });
          slot.gone();
        }),
      );
    await timeline.run(() => Promise.all([come(slots), come(others)]));
    expect(arrived).toHaveLength(21);
    expect(maxInASecond()).toBeLessThanOrEqual(14);
  });

  test("is not waited for by a context without a deadline", async () => {
    open(1);
    await asSystem("mail", () => Slots.within("others", (slot) => slot.come()));
    expect(world.clock.at).toBe(begun);
  });

  test("is not available while the rate is unknown", async () => {
    world.rebind({ mail: { send: async () => "id", rate: async () => Promise.reject(new Error("No answer.")) } });
    const unknown = asSystem("mail", () => Slots.within("codes", async () => {}), world.clock.at + second);
    await expect(unknown).rejects.toBeInstanceOf(MailPostponed);
  });
});
