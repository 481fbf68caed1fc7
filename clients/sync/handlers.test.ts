import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Client } from "./client.ts";
import { emitter, type Handlers } from "./events.ts";
import { type Fixture, linked, openFixture } from "./fixture.testing.ts";
import { hourMs, secondMs } from "./system.ts";

// What an embedding client does in its handlers: all that happens is told, and nothing that a handler does hangs the client.

const wipe = { reason: "revoked", at: "2026-11-27T12:00:00.000Z" };
const nothing = () => {};

/** Starts a client whose handlers may use it. */
async function started(fixture: Fixture, on: (client: () => Client) => Partial<Handlers>, more: object = {}) {
  const handlers: Handlers = { wipe: nothing, ...on(() => client) };
  const client: Client = await fixture.start({ on: handlers, ...more });
  return client;
}
const states = ({ server }: Fixture, revision: number) =>
  server.state.receipts.filter((one) => one.revision === revision).map(({ section, state }) => `${section} ${state}`);
const change = ({ server, clock }: Fixture, values: object) => {
  clock.advance(secondMs);
  server.change(values);
};
/** Lets time pass until it is so. */
const until = (fixture: Fixture, isSo: () => boolean) =>
  expect.poll(() => fixture.clock.advance(secondMs) ?? isSo()).toBe(true);

describe("a handler", () => {
  test("of wipe has to be there, or nobody would remove what is reported as removed", async () => {
    const fixture = await openFixture();
    await expect(fixture.start({ on: {} as Handlers })).rejects.toThrow("on.wipe has to be a function");
    await expect(fixture.start({ on: undefined as never })).rejects.toBeInstanceOf(TypeError);
    expect((await fixture.start()).status().mode).toBe("missing");
  });

  test("is told of a wipe that comes with the first answer, and the server is told afterwards", async () => {
    const fixture = await openFixture();
    fixture.server.state.wipe = wipe;
    const seen: string[] = [];
    const client = await started(fixture, (client) => ({
      wipe: () => void seen.push(`${client().status().mode}, ${fixture.server.state.receipts.length} receipts`),
    }));
    await client.ended;
    expect(seen).toEqual(["wiped, 0 receipts"]);
    expect(fixture.server.state.receipts.map(({ state }) => state)).toEqual(["wiped"]);
  });

  test("is told what was said before the client was there", () => {
    const seen: string[] = [];
    const events = emitter({ error: ({ code }) => void seen.push(code) });
    events.say("error", { code: "storage", message: "" });
    expect(seen).toEqual([]);
    events.open();
    events.say("error", { code: "unreachable", message: "" });
    expect(seen).toEqual(["storage", "unreachable"]);
  });

  test("may stop the client, also while it is waited for", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = async () => new Response("{}", { status: 401 });
    let count = 0;
    const stop = async (client: () => Client) => {
      await client().stop();
      count += 1;
    };
    await (await started(fixture, (client) => ({ halt: () => stop(client) }))).ended;
    fixture.server.state.intercept = undefined;
    await (await started(fixture, (client) => ({ change: () => stop(client) }))).ended;
    fixture.server.state.wipe = wipe;
    await (await started(fixture, (client) => ({ wipe: () => stop(client) }))).ended;
    await expect.poll(() => count).toBe(3);
    // what it has not removed by then is not reported as removed
    expect(fixture.server.state.receipts.filter(({ state }) => state === "wiped")).toEqual([]);
    const again = await started(fixture, () => ({ wipe: () => void count++ }));
    await again.ended;
    expect(count).toBe(4);
    expect(fixture.server.state.receipts.filter(({ state }) => state === "wiped")).toHaveLength(1);
  });

  test("reports nothing anymore once the client has stopped: another process may have the folder", async () => {
    const fixture = await openFixture();
    const file = join(fixture.folder, "receipts.json");
    const said: unknown[] = [];
    const client = await started(fixture, (client) => ({
      change: async ({ report }) => {
        await client().stop();
        const before = await readFile(file, "utf8");
        said.push(await report("features", "enforced"), (await readFile(file, "utf8")) === before);
      },
    }));
    await client.ended;
    await expect.poll(() => said).toEqual([false, true]);
  });

  test("that is waited for cannot ask the server, and says so; later, and in others, it can", async () => {
    const fixture = await openFixture();
    const errors: string[] = [];
    const later: (() => void)[] = [];
    const kinds: string[] = [];
    const client = await started(fixture, (client) => ({
      change: async () => {
        later.push(
          () =>
            void client()
              .refresh()
              .then(({ kind }) => kinds.push(kind)),
        );
        if (errors.length === 0) await client().refresh();
      },
      error: async ({ message }) => {
        errors.push(message);
        kinds.push((await client().refresh()).kind);
      },
    }));
    await expect.poll(() => errors).toEqual(["refresh() cannot be called in a handler of change or wipe."]);
    expect(await client.refresh()).toHaveProperty("kind");
    for (const one of later) one();
    await expect.poll(() => kinds.length).toBe(later.length + 1);
  });

  test("of halt that fails is an error", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = async () => new Response("{}", { status: 401 });
    const errors: string[] = [];
    const client = await started(fixture, () => ({
      halt: () => Promise.reject(new Error("No window.")),
      error: ({ code, message }) => {
        errors.push(`${code}: ${message}`);
        throw new Error("Nobody is told of this.");
      },
    }));
    await client.refresh();
    await expect.poll(() => errors).toEqual(["handler_failed: No window."]);
  });
});

describe("a change whose handler fails", () => {
  async function failing() {
    const fixture = await openFixture();
    const changes: string[] = [];
    const place = { failures: 0, enforces: [] as string[] };
    const client = await started(fixture, () => ({
      change: async ({ revision, sections, report }) => {
        changes.push(`${revision} ${sections.join()}`);
        for (const section of sections) {
          if (place.enforces.includes(section)) await report(section, "enforced");
        }
        if (place.failures > 0) {
          place.failures -= 1;
          throw new Error("The service is not up yet.");
        }
      },
    }));
    await client.refresh();
    await until(fixture, () => client.status().pendingReceipts === 0);
    changes.length = 0;
    return { fixture, client, changes, place };
  }

  test("is told again, also without the network, later each time, and does not count as applied", async () => {
    const { fixture, client, changes, place } = await failing();
    Object.assign(place, { failures: 3, enforces: ["features"] });
    change(fixture, { "features.telemetry": true, "sources.isManaged": true });
    fixture.clock.waits();
    await client.refresh();
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    // by the random numbers of this clock
    for (const [seconds, count] of [
      [1, 2],
      [2, 3],
      [4, 4],
    ] as const) {
      await expect.poll(() => fixture.clock.waits()).toContain(seconds * secondMs);
      fixture.clock.advance(seconds * secondMs);
      await expect.poll(() => changes.length).toBe(count);
    }
    expect(new Set(changes)).toEqual(new Set(["2 features,sources"]));
    fixture.server.state.intercept = undefined;
    await client.refresh();
    await until(fixture, () => client.status().pendingReceipts === 0);
    const own = states(fixture, 2).filter((one) => /features|sources/.test(one));
    expect(own).toEqual(["features fetched", "sources fetched", "features enforced", "sources applied"]);
    fixture.clock.advance(hourMs);
    await client.refresh();
    expect(changes).toHaveLength(4);
  });

  test("is told with the next one, whatever that leaves as it was", async () => {
    const { fixture, client, changes, place } = await failing();
    change(fixture, { "features.telemetry": false });
    await client.refresh();
    place.failures = 1;
    change(fixture, { "features.telemetry": true });
    await client.refresh();
    // at the same moment, before it is told again: the section is as it was before the failure
    fixture.server.change({ "features.telemetry": false, "sources.isManaged": true });
    await client.refresh();
    expect(changes).toEqual(["2 features", "3 features", "4 features,sources"]);
  });

  test("leaves what was said of other sections", async () => {
    const { fixture, client, place } = await failing();
    await client.report("websites", "enforced");
    place.failures = 1;
    change(fixture, { "features.telemetry": true });
    await client.refresh();
    // at the same moment, before it is told again
    fixture.server.change({ "sources.isManaged": true });
    await client.refresh();
    await until(fixture, () => client.status().pendingReceipts === 0);
    expect(states(fixture, 3).filter((one) => one.startsWith("websites"))).toEqual(["websites enforced"]);
  });
});

describe("the end of a client", () => {
  test("leaves no timer, so that the process can end", async () => {
    const fixture = await openFixture();
    Object.assign(fixture.server.state.policy, { maxOfflineDays: 7, whenStale: "strict" });
    const client = await started(fixture, () => ({}), { isLive: true });
    await client.refresh();
    await until(fixture, () => fixture.server.state.waiting.size === 1);
    fixture.server.state.spreadSeconds = 40;
    fixture.server.change({ "features.telemetry": true });
    await expect.poll(() => client.effective("features.telemetry")).toBe(true);
    expect(fixture.clock.underWay()).toBeGreaterThan(1);
    const reporting = client.report("features", "enforced");
    await client.stop();
    await reporting;
    expect(fixture.clock.underWay()).toBe(0);
    expect(await client.refresh()).toEqual({ kind: "failed" });
  });

  test("leaves none while a failed handler waits for its turn", async () => {
    const fixture = await openFixture();
    const client = await started(fixture, () => ({ change: () => Promise.reject(new Error("Not yet.")) }));
    await client.refresh();
    expect(fixture.clock.underWay()).toBeGreaterThan(0);
    await client.stop();
    expect(fixture.clock.underWay()).toBe(0);
  });

  test("by a wipe gives the folder free, and leaves no timer", async () => {
    const fixture = await openFixture();
    await (await fixture.start()).stop();
    fixture.server.state.wipe = wipe;
    const client = await started(fixture, () => ({}));
    await client.ended;
    expect(fixture.clock.underWay()).toBe(0);
    fixture.server.state.wipe = undefined;
    await linked(fixture.server, fixture.folder);
    expect((await fixture.start()).status().mode).toBe("missing");
  });

  test("leaves files of other programs in its folder", async () => {
    const fixture = await openFixture();
    const names = ["draft.new", "settings.json.new", "document.json.0a1b2c3d.new"];
    for (const name of names) await writeFile(join(fixture.folder, name), "");
    await fixture.start();
    const isThere = async (name: string) =>
      (await readFile(join(fixture.folder, name)).catch(() => undefined)) !== undefined;
    expect(await Promise.all(names.map(isThere))).toEqual([true, true, false]);
  });
});
