import { openWorld, type World } from "@muster/local/testing/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { MailPostponed } from "./error.ts";
import * as Pace from "./pace.ts";

const second = 1000;
let world: World;

beforeEach(async () => {
  world = await openWorld();
});

const provides = (perSecond: number) => world.rebind({ mail: { send: async () => "id", rate: async () => perSecond } });

/** Books so many turns, and answers when they come, in ms from now. */
async function book(lane: Pace.Lane, count: number, patienceMs = 60 * second): Promise<number[]> {
  const at: number[] = [];
  for (let n = 0; n < count; n++) {
    const turn = await Pace.book(lane, world.clock.at + patienceMs);
    if (turn !== undefined) at.push(turn - world.clock.at);
  }
  return at;
}
const atMostWithin = (moments: number[]) =>
  Math.max(...moments.map((start) => moments.filter((at) => at >= start && at < start + second).length));

describe("the turns", () => {
  test("of mails leave a fifth of the provider's rate to codes, which may take all of it", async () => {
    provides(10);
    expect(await book("others", 3)).toEqual([0, expect.closeTo(127.5, 0), expect.closeTo(255, 0)]);
    expect(await book("codes", 3)).toEqual([0, expect.closeTo(102, 0), expect.closeTo(204, 0)]);
  });

  test("of codes do not come after those of others, however many wait", async () => {
    provides(10);
    expect((await book("others", 100)).at(-1)).toBeGreaterThan(12 * second);
    expect(await book("codes", 1)).toEqual([0]);
  });

  test("of codes are taken from the others", async () => {
    provides(1);
    await book("codes", 4);
    expect(await book("others", 1)).toEqual([expect.closeTo((4 * second) / 0.784, 0)]);
  });

  test("of a stream of both hold no more than the rate in any second", async () => {
    provides(20);
    const [start, moments] = [world.clock.at, [] as number[]];
    for (let n = 0; n < 40; n++) {
      const since = world.clock.at - start;
      const both = [...(await book("others", 4, 300)), ...(n % 3 === 0 ? await book("codes", 1) : [])];
      moments.push(...both.map((at) => at + since));
      world.clock.pass(0.1);
    }
    expect(moments.length).toBeGreaterThan(60);
    expect(atMostWithin(moments)).toBeLessThanOrEqual(20);
  });

  test("that come too late are none, and the mail waits", async () => {
    provides(1);
    expect(await book("others", 3, second)).toEqual([0]);
    const late = asSystem("mail", () => Pace.turn("others"), world.clock.at + second);
    await expect(late).rejects.toBeInstanceOf(MailPostponed);
  });

  test("cannot be had while nobody knows the rate", async () => {
    world.rebind({ mail: { send: async () => "id", rate: async () => Promise.reject(new Error("No answer.")) } });
    const unknown = asSystem("mail", () => Pace.turn("codes"), world.clock.at + second);
    await expect(unknown).rejects.toBeInstanceOf(MailPostponed);
  });
});
