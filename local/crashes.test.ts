import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookOver, type Participants, type Run, runScenario, seatsByApi, wrongWith } from "./crashes.testing.ts";
import { buySeats, wrongWithSeats } from "./crashes-billing.testing.ts";
import { depth, seed, seededRandom } from "./testing/random.ts";
import { type Caller, openCaller } from "./testing/worlds/caller.ts";
import { type Instance, openPlace, type Place } from "./testing/worlds/instance.ts";

const kills = depth(2, 50);
const purchases = depth(1, 200);
/** The number of requests that functions send when queues, the stream and the clock invoke them during the story. */
const callsOfWorkers = 60;

let place: Place;
let caller: Caller;
let running: Instance;
beforeAll(async () => {
  place = await openPlace();
  caller = openCaller(place.url);
  running = place.launch();
  await running.ready;
});
afterAll(() => place.leave());

async function castOf(number: number): Promise<Participants> {
  const guest = async (name: string) => {
    const email = `${name}-${number}@example.com`;
    return { email, token: await caller.signIn(email) };
  };
  return { founder: await guest("ada"), accepting: await guest("bob"), declining: await guest("carol") };
}

describe("the story of an organization", () => {
  test("is complete: invited, accepted, declined, another role, removed and refused", async () => {
    const seats: unknown[] = [];
    const tale = await runScenario(caller, await castOf(0), "Analytical Engines", async (now, taken) => {
      const { committed, people, invited } = await seatsByApi(caller, now);
      seats.push([committed, people + invited, taken]);
    });
    expect(seats).toEqual([1, 3, 3, 2, 1].map((taken) => [taken, taken, taken]));
    expect(await wrongWith(caller, place.folder, tale)).toEqual([]);
  });

  test("would be detected as another if something were missing", async () => {
    const tale = await runScenario(caller, await castOf(1), "Difference Engines");
    expect(await wrongWith(caller, place.folder, tale)).toEqual([]);
    const mistaken = { ...tale, cast: { ...tale.cast, accepting: tale.cast.founder } };
    expect((await lookOver(caller, place.folder, mistaken)).length).toBeGreaterThan(1);
  });
});

describe(`killed at ${kills} moments by the seed ${seed}`, () => {
  const random = seededRandom(seed);

  /** Runs something while the process is killed once, after a time or at a call, and started again. */
  async function killedDuring<R>(
    n: number,
    calmMs: number,
    run: () => Promise<R>,
  ): Promise<{ moment: string; ran: R }> {
    const byCall = n % 2 === 0 ? 1 + Math.floor(random() * callsOfWorkers) : undefined;
    const afterMs = Math.floor(random() * calmMs);
    const moment = byCall === undefined ? `after ${afterMs} ms` : `at call ${byCall}`;
    if (byCall !== undefined) await restart({ MUSTER_FAULT: `kill@${byCall}` });
    const victim = running;
    // what is compared afterwards holds for every moment, however fast the machine is
    const death = byCall === undefined ? setTimeout(() => victim.kill(), afterMs) : undefined;
    const revived = victim.ended.then(async () => {
      running = place.launch();
      await running.ready;
    });
    const ran = await run();
    clearTimeout(death);
    victim.kill();
    await revived;
    expect((await victim.ended).signal).toBe("SIGKILL");
    return { moment, ran };
  }

  test("the story completes, with nothing lost and nothing duplicated", async () => {
    const cast = [await castOf(2), await castOf(3)] as const;
    const started = Date.now();
    await runScenario(caller, cast[0], "Warm-up");
    const calmMs = Date.now() - started;
    const tales: Run[] = [];
    const wrong: string[] = [];
    for (let n = 1; n <= kills; n++) {
      const story = () => runScenario(caller, cast[n % 2] as Participants, `Engines ${n}`);
      const { moment, ran: tale } = await killedDuring(n, calmMs, story);
      tales.push(tale);
      wrong.push(...(await wrongWith(caller, place.folder, tale)).map((one) => `killed ${moment}: ${one}`));
    }
    for (const tale of tales) wrong.push(...(await lookOver(caller, place.folder, tale)));
    expect(wrong).toEqual([]);
  });

  test("seats are bought, added, and removed once, and Stripe has as many", async () => {
    const { founder } = await castOf(4);
    const started = Date.now();
    expect(await wrongWithSeats(place.folder, await buySeats(caller, founder, "Calm"))).toEqual([]);
    const calmMs = Date.now() - started;
    const wrong: string[] = [];
    for (let n = 1; n <= purchases; n++) {
      const { founder: owner } = await castOf(4 + n);
      const { moment, ran } = await killedDuring(n, calmMs, () => buySeats(caller, owner, `Engines ${n}`));
      wrong.push(...(await wrongWithSeats(place.folder, ran)).map((one) => `killed ${moment}: ${one}`));
    }
    expect(wrong).toEqual([]);
  });
});

async function restart(environment: Record<string, string>): Promise<void> {
  running.kill();
  await running.ended;
  running = place.launch(environment);
  await running.ready;
}
