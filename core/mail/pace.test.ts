import { unguarded } from "@muster/local/testing/broken.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { openRows } from "@muster/local/testing/rows.ts";
import { openTimeline, type Timeline } from "@muster/local/testing/timeline.ts";
import { openWorld, type World } from "@muster/local/testing/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import type { Table } from "../table/table.ts";
import { MailPostponed } from "./error.ts";
import * as Pace from "./pace.ts";

const second = 1000;
let world: World;
let random: () => number;
/** When mails left, in ms from the beginning. */
let left: { at: number; lane: Pace.Lane }[];
let begun: number;

beforeEach(async () => {
  world = await openWorld();
  random = seededRandom(11);
  left = [];
  begun = world.clock.at;
});

const between = (low: number, high: number) => low + random() * (high - low);

/** Time that passes as the workers wait for it, and rows that are as far away as they are on AWS. */
function open(perSecond: number, { lostAnswers = 0, alter = (table: Table) => table } = {}): Timeline {
  const timeline = openTimeline(world);
  const travel = () => timeline.pause(between(1, 8));
  const table = alter({ ...world.table, ...openRows({ lostAnswers, random, travel }) });
  world.rebind({ table, pause: timeline.pause, mail: { send: async () => "id", rate: async () => perSecond } });
  return timeline;
}

/** Sends one mail as the workers do: claimed before its turn, at its turn, gone a while later. */
async function send(lane: Pace.Lane, turn: Pace.Turn, { pause }: Timeline): Promise<void> {
  await pause(between(5, 40));
  if (random() < 0.002) await pause(between(100, 300)); // the process stands still
  await turn();
  left.push({ at: world.clock.at - begun, lane });
  await pause(between(20, 90));
}

/** A mail that has no turn any more is not sent now. */
function waits(error: unknown): void {
  if (!(error instanceof MailPostponed)) throw error;
}

/** One worker of bulk mail: it takes up work, sends for some seconds, ends, and is started again. */
async function bulkWorker(timeline: Timeline, untilMs: number, worker = 0): Promise<void> {
  const end = begun + untilMs;
  for (let portion = worker; world.clock.at < end; portion++) {
    const until = Math.min(end, world.clock.at + 3000 + (portion % 5) * 600);
    const running: Promise<void>[] = [];
    try {
      for (;;) {
        const at = await Pace.book("bulk", { uses: 97, until });
        running.push(
          ...at.map(async (one) => {
            const turn = await Pace.approach("bulk", one, until + second);
            await send("bulk", turn, timeline).catch(waits);
          }),
        );
      }
    } catch (error) {
      waits(error);
    }
    await Promise.all(running);
    await timeline.pause(between(50, 200));
  }
}

async function single(lane: Pace.Lane, timeline: Timeline, atMs: number): Promise<void> {
  await timeline.pause(begun + atMs - world.clock.at);
  const asked = world.clock.at;
  await asSystem("mail", async () => send(lane, await Pace.turn(lane), timeline), asked + 60 * second);
}

const moments = () => left.map(({ at }) => at).toSorted((one, other) => one - other);
/** The most mails that left within any second. */
function mostInASecond(): number {
  const sorted = moments();
  let [first, most] = [0, 0];
  for (let last = 0; last < sorted.length; last++) {
    while ((sorted[last] ?? 0) - (sorted[first] ?? 0) >= second) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
const countBetween = (lane: Pace.Lane, fromMs: number, toMs: number) =>
  left.filter((one) => one.lane === lane && one.at >= fromMs && one.at < toMs).length;

describe("over a long run, with workers that come and go, a process that stands still, and answers that are lost", () => {
  test.each([
    { perSecond: 1, workers: 2, seconds: 900 },
    { perSecond: 14, workers: 5, seconds: 300 },
    { perSecond: 50, workers: 5, seconds: 120 },
    { perSecond: 200, workers: 5, seconds: 40 },
    { perSecond: 1000, workers: 10, seconds: 15 },
  ])("$perSecond a second are held to 98 %, and never exceeded", { timeout: 120_000 }, async (run) => {
    const { perSecond, workers, seconds } = run;
    const timeline = open(perSecond, { lostAnswers: 0.02 });
    await timeline.run(() =>
      Promise.all(Array.from({ length: workers }, (_, n) => bulkWorker(timeline, seconds * second, n))),
    );
    const share = countBetween("bulk", second, seconds * second) / (perSecond * (seconds - 1));
    expect(mostInASecond()).toBeLessThanOrEqual(perSecond);
    expect(share).toBeGreaterThanOrEqual(0.98);
    expect(share).toBeLessThanOrEqual(1);
  });

  test("they would be exceeded without the guard of the turns", async () => {
    const timeline = open(14, { alter: (table) => unguarded(table, () => true) });
    await timeline.run(() => Promise.all([0, 1, 2, 3].map((n) => bulkWorker(timeline, 20 * second, n))));
    expect(mostInASecond()).toBeGreaterThan(14);
  });
});

describe("the lanes", () => {
  test("come one before the other: a code within a second and a half, a single mail before all in bulk", async () => {
    const timeline = open(14);
    const singles = Array.from({ length: 140 }, () => single("others", timeline, 5 * second));
    const code = single("codes", timeline, 10 * second);
    const bulk = [0, 1].map((n) => bulkWorker(timeline, 30 * second, n));
    await timeline.run(() => Promise.all([...bulk, ...singles, code]));
    expect(left.find(({ lane }) => lane === "codes")?.at).toBeLessThan(11.5 * second);
    expect(countBetween("bulk", 6.5 * second, 14 * second)).toBe(0);
    expect(countBetween("others", 5 * second, 16 * second)).toBe(140);
    expect(countBetween("bulk", 17 * second, 27 * second)).toBeGreaterThanOrEqual(0.97 * 140);
    expect(mostInASecond()).toBeLessThanOrEqual(14);
  });

  test("of single mails and of codes may use all of the rate", async () => {
    const timeline = open(20);
    const both = Array.from({ length: 200 }, (_, n) => single(n % 2 ? "codes" : "others", timeline, 0));
    await timeline.run(() => Promise.all(both));
    expect(moments().at(-1)).toBeLessThan(10.6 * second);
    expect(mostInASecond()).toBeLessThanOrEqual(20);
  });
});

describe("a provider that has no room after all", () => {
  test("is sent half as much, however many are told, and all of it again a minute later", async () => {
    const timeline = open(20);
    const lack = async () => {
      await timeline.pause(10 * second);
      await Promise.all(Array.from({ length: 8 }, () => Pace.slow()));
      await timeline.pause(300);
      await Pace.slow();
    };
    await timeline.run(() => Promise.all([bulkWorker(timeline, 90 * second), lack()]));
    expect(countBetween("bulk", 2 * second, 10 * second)).toBeGreaterThan(150);
    expect(countBetween("bulk", 11 * second, 14 * second)).toBeLessThan(40);
    expect(countBetween("bulk", 11 * second, 14 * second)).toBeGreaterThan(25);
    expect(countBetween("bulk", 70 * second, 90 * second)).toBeGreaterThan(0.9 * 400);
  });

  test("again and again is asked for some mails still", async () => {
    const timeline = open(160);
    const lacks = async () => {
      for (let n = 0; n < 9; n++) {
        await timeline.pause(1.2 * second);
        await Pace.slow();
      }
    };
    await timeline.run(() => Promise.all([bulkWorker(timeline, 14 * second), lacks()]));
    expect(countBetween("bulk", 9 * second, 11 * second)).toBeGreaterThanOrEqual(15);
    expect(countBetween("bulk", 9 * second, 11 * second)).toBeLessThan(80);
  });
});

describe("a turn", () => {
  test("that comes too late is none, and the mail waits", async () => {
    const timeline = open(1);
    const late = () => asSystem("mail", () => Pace.turn("others"), world.clock.at + second);
    await timeline.run(() => Pace.book("codes", { uses: 3, until: world.clock.at + 60 * second }));
    await expect(timeline.run(late)).rejects.toBeInstanceOf(MailPostponed);
  });

  test("is not waited for by a context without an end", async () => {
    open(1);
    const turn = await asSystem("mail", () => Pace.turn("others"));
    await turn();
    expect(world.clock.at).toBe(begun);
  });

  test("cannot be had while nobody knows the rate", async () => {
    world.rebind({ mail: { send: async () => "id", rate: async () => Promise.reject(new Error("No answer.")) } });
    const unknown = asSystem("mail", () => Pace.turn("codes"), world.clock.at + second);
    await expect(unknown).rejects.toBeInstanceOf(MailPostponed);
  });
});
