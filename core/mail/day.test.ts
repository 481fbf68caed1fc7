import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import * as Day from "./day.ts";

let world: World;
let provider: { perSecond: number; perDay: number; sentInDay: number };
let calls: number[];

/** The provider's quota, possibly outdated. */
beforeEach(async () => {
  world = await openWorld();
  provider = { perSecond: 2, perDay: 1000, sentInDay: 0 };
  calls = [];
  let known = { ...provider, at: 0 };
  const quota = async (oldestMs: number) => {
    if (world.clock.at - known.at >= oldestMs) {
      known = { ...provider, at: world.clock.at };
      calls.push(known.at);
    }
    return known;
  };
  world.rebind({ quota });
});

test("bulk mail has the quota of 24 hours, minus a twentieth and what is being sent", async () => {
  provider.sentInDay = 900;
  expect(await Day.room()).toBe(950 - 900 - 2);
});

test("nothing is left in the twentieth that is reserved for codes", async () => {
  provider.sentInDay = 948;
  await expect(Day.room()).rejects.toMatchObject({ name: "MailPostponed", lack: "day", seconds: 600 });
});

test("an old answer is enough while the rate cannot have used up the room since", async () => {
  expect(await Day.room()).toBe(948);
  provider.sentInDay = 100;
  world.clock.pass(299);
  expect(await Day.room()).toBe(950 - 2 * 300);
  expect(calls).toHaveLength(1);
});

test("the provider is called again if the room may be used up, at most every five seconds", async () => {
  provider.sentInDay = 940;
  expect(await Day.room()).toBe(8);
  world.clock.pass(4.9);
  expect(await resultOf(Day.room())).toContain("MailPostponed");
  world.clock.pass(0.1);
  expect(await Day.room()).toBe(8);
  expect(calls).toHaveLength(2);
});

test("an account without a limit has room, and one with an unknown limit has none", async () => {
  provider.perDay = -1;
  expect(await Day.room()).toBe(Number.POSITIVE_INFINITY);
  world.rebind({ quota: async () => Promise.reject(new Error("No answer.")) });
  expect(await resultOf(Day.room())).toContain("MailPostponed");
});
