import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { check } from "./check.ts";
import { isHeartbeat, receive } from "./heartbeat.ts";
import { heartbeatKeys } from "./keys.ts";

const expected = { "sweep.due": 1_800, "day.compare": 174_000, follow: 1_800 };

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const look = async (ran: string[], parts: Record<string, number> = expected) =>
  (await asSystem("clock.heartbeats", () => check({ ran, expected: parts }))).stopped.map(({ part }) => part);
const come = () => asSystem("follow", () => receive({ consumer: "follow" }));
/** The clock goes on for so long, every five minutes; returns what has stopped then. */
async function tick(minutes: number, ran: string[]): Promise<string[]> {
  for (let passed = 5; passed < minutes; passed += 5) {
    pass(5);
    await look(ran);
  }
  pass(5);
  return look(ran);
}
/** Returns what has stopped at once, after 29 minutes, and after 31, if no job runs from now on. */
async function stoppedFromNow(): Promise<string[][]> {
  const found = [await look([])];
  for (const minutes of [29, 2]) {
    pass(minutes);
    await come();
    found.push(await look([]));
  }
  return found;
}
const pass = (minutes: number) => world.clock.pass(60 * minutes);

test("what runs often enough has not stopped, and what does not has, since it last ran", async () => {
  expect(await look(["sweep.due"])).toEqual([]);
  const first = new Date(world.clock.at).toISOString();
  for (let minutes = 5; minutes <= 30; minutes += 5) {
    pass(5);
    await come();
    expect(await look([])).toEqual([]);
  }
  pass(5);
  const { stopped } = await asSystem("clock.heartbeats", () => check({ ran: [], expected }));
  expect(stopped).toEqual([{ part: "sweep.due", since: first }]);
  expect(await look(["sweep.due"])).toEqual([]);
});

test("a consumer that gets no heartbeat has stopped, until one comes", async () => {
  expect(await look([])).toEqual([]);
  await come();
  expect(await tick(35, ["sweep.due"])).toEqual(["follow"]);
  await come();
  expect(await look(["sweep.due"])).toEqual([]);
});

test("a consumer that never got one has stopped, counted from the first look", async () => {
  expect(await look([])).toEqual([]);
  expect(await tick(35, ["sweep.due"])).toEqual(["follow"]);
});

test("after a time without a clock, nothing is said to have stopped", async () => {
  await look(["sweep.due"]);
  await come();
  pass(31);
  expect(await stoppedFromNow()).toEqual([[], [], ["sweep.due"]]);
});

test("what is expected again counts from then on, whenever it ran before", async () => {
  await look(["sweep.due"]);
  for (let passed = 0; passed < 60; passed += 5) {
    pass(5);
    await come();
    expect(await look([], { follow: 1_800 })).toEqual([]);
  }
  expect(await stoppedFromNow()).toEqual([[], [], ["sweep.due"]]);
});

test("only the clock's row is a heartbeat, so that consumers do not wake themselves", async () => {
  await look([]);
  await come();
  const [clock, follow] = await world.table.getMany([
    heartbeatKeys.heartbeat("clock"),
    heartbeatKeys.heartbeat("follow"),
  ]);
  expect([clock, follow, undefined].map(isHeartbeat)).toEqual([true, false, false]);
});
