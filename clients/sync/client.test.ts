import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { depth } from "@muster/local/testing/random.ts";
import { sections } from "@muster/settings/fields.ts";
import { everything } from "@muster/settings/kind.ts";
import { describe, expect, test } from "vitest";
import type { Client } from "./client.ts";
import type { Receipt } from "./double.testing.ts";
import type { Change, Halt, Problem, Wiped } from "./events.ts";
import { type Fixture, openFixture, unwritable } from "./fixture.testing.ts";
import { backOff, dayMs, hourMs, minuteMs, secondMs } from "./system.ts";

/** Everything that a client says. */
function listen(client: Client) {
  const all = { changes: [] as Change[], wipes: [] as Wiped[], halts: [] as Halt[], errors: [] as Problem[] };
  client.on("change", (event) => void all.changes.push(event));
  client.on("wipe", (event) => void all.wipes.push(event));
  client.on("halt", (event) => void all.halts.push(event));
  client.on("error", (event) => void all.errors.push(event));
  return all;
}

const said = (receipts: Receipt[]) => receipts.map(({ section, state, revision }) => `${revision} ${section} ${state}`);
const documentFile = ({ folder }: Fixture) => join(folder, "document.json");

describe("a linked device", () => {
  test("has strict values before it has a document", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    const client = await fixture.start();
    expect(client.status().mode).toBe("missing");
    expect(client.effective("websites.denied")).toEqual([everything]);
    expect(client.effective("features.externalCloud")).toBe(false);
    expect(await client.refresh()).toMatchObject({ kind: "failed" });
    expect(client.secrets()).toEqual([]);
  });

  test("follows changes, and says which sections changed", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    const { changes } = listen(client);
    expect(await client.refresh()).toMatchObject({ kind: "changed" });
    expect(client.effective("features.telemetry")).toBe(false);
    expect(client.status()).toMatchObject({ mode: "current", revision: 1 });

    fixture.clock.advance(secondMs);
    fixture.server.change({ "features.telemetry": true });
    await client.refresh();
    expect(client.effective("features.telemetry")).toBe(true);
    expect(client.why("features.telemetry")).toMatchObject({ mode: "current", source: { kind: "organization" } });
    expect(client.why("features.nothing")).toBeUndefined();
    expect(changes.map(({ revision, sections }) => [revision, sections])).toEqual([
      [1, ["features", "models", "sources", "websites"]],
      [2, ["features"]],
    ]);
  });

  test("asks only for what it does not have", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    await client.refresh();
    const [, second] = fixture.server.state.requests.filter(({ path }) => /^\/sync(\?|$)/.test(path));
    expect(second?.status).toBe(304);
    const query = new URLSearchParams(second?.path.slice("/sync?".length));
    expect(query.get("have")).toMatch(/^features:[\w-]{43},models:/);
  });

  test("has lists of any length whole, and fetches each part once", async () => {
    const fixture = await openFixture();
    const denied = Array.from({ length: 5_000 }, (_, i) => `site-${i}.example.com`).sort();
    fixture.server.change({ "websites.isManaged": true, "websites.denied": denied });
    const client = await fixture.start();
    await client.refresh();
    expect(client.effective("websites.denied")).toEqual(denied);
    const parts = () => fixture.server.state.requests.filter(({ path }) => path.startsWith("/sync/lists?")).length;
    expect(parts()).toBe(2);

    fixture.clock.advance(secondMs);
    fixture.server.change({ "websites.denied": [...denied, "zz.example.com"] });
    await client.refresh();
    expect(client.effective("websites.denied")).toHaveLength(5_001);
    await client.stop();
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    const again = await fixture.start();
    expect(again.effective("websites.denied")).toHaveLength(5_001);
    expect(parts()).toBe(4);
  });

  test("opens secrets that another library has sealed, and has none of them in clear on disk", async () => {
    const fixture = await openFixture();
    const secret = { id: "sec_1", kind: "openai", name: "Key", version: 1, fields: { apiKey: "sk-very-secret" } };
    fixture.server.state.secrets.push(secret);
    const client = await fixture.start();
    await client.refresh();
    expect(client.secrets()).toEqual([secret]);
    expect(await readFile(documentFile(fixture), "utf8")).not.toContain("sk-very-secret");

    fixture.clock.advance(secondMs);
    fixture.server.state.secrets[0] = { ...secret, version: 2, fields: { apiKey: "sk-another" } };
    fixture.server.change();
    await client.refresh();
    expect(client.secrets()).toMatchObject([{ version: 2, fields: { apiKey: "sk-another" } }]);
  });

  test("asks when the server says, a bit earlier or later", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    await expect.poll(() => fixture.clock.waits().includes(1_800 * secondMs)).toBe(true);
    await expect.poll(() => fixture.server.state.receipts.length).toBe(8);
    const before = fixture.server.state.requests.length;
    fixture.clock.advance(1_800 * secondMs);
    await expect.poll(() => fixture.server.state.requests.length).toBe(before + 1);
  });

  test("asks at once when the server names a newer revision in the answer to receipts", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    fixture.clock.advance(secondMs);
    fixture.server.change({ "features.telemetry": true });
    await client.report("features", "enforced");
    fixture.clock.advance(secondMs);
    await expect.poll(() => client.effective("features.telemetry")).toBe(true);
  });

  test("that stays in touch lets the server wait, and asks again at once", async () => {
    const fixture = await openFixture();
    const client = await fixture.start({ isLive: true });
    /** Returns the number of requests that the server lets wait, a moment later. */
    const waiting = () => {
      fixture.clock.advance(secondMs / 2);
      return fixture.server.state.waiting.size;
    };
    const asked = () => fixture.server.state.requests.filter(({ path }) => /^\/sync(\?|$)/.test(path)).length;
    await client.refresh();
    await expect.poll(waiting).toBe(1);
    fixture.server.change({ "features.telemetry": true });
    await expect.poll(() => client.effective("features.telemetry")).toBe(true);
    await expect.poll(waiting).toBe(1);
    // the document is signed again once a day; that is no reason to wait for the next poll
    fixture.clock.advance(dayMs);
    const before = asked();
    await client.refresh();
    await expect.poll(waiting).toBe(1);
    expect(asked()).toBeLessThanOrEqual(before + 2);
  });

  test("is in force at once, but asks again and reports when others had their turn, if the server says so", async () => {
    const fixture = await openFixture();
    const { server, clock } = fixture;
    const client = await fixture.start({ isLive: true });
    await client.refresh();
    const applied = () => server.state.receipts.filter(({ state }) => state === "applied").length;
    // the client has the answer to its receipts: that alone could have it ask again
    const isReported = () =>
      server.state.waiting.size === 1 && applied() === sections.length && client.status().pendingReceipts === 0;
    await expect.poll(() => clock.advance(secondMs / 2) ?? isReported()).toBe(true);
    const [receipts, asked] = [server.state.receipts.length, server.state.requests.length];
    server.state.spreadSeconds = 40;
    clock.waits();
    server.change({ "features.telemetry": true });
    await expect.poll(() => client.effective("features.telemetry")).toBe(true);
    const came = () => [server.state.receipts.length - receipts, server.state.requests.length - asked];
    const waits: number[] = [];
    // the last wait that it begins is the one until it asks again
    await expect.poll(() => waits.push(...clock.waits()) && waits.includes(6.25 * secondMs)).toBe(true);
    expect(waits).toContain(25 * secondMs);
    expect([...came(), server.state.waiting.size]).toEqual([0, 1, 0]);
    const passUntil = (isSo: () => boolean) =>
      expect.poll(() => isSo() || (clock.advance(secondMs / 2) ?? isSo())).toBe(true);
    await passUntil(() => server.state.waiting.size === 1);
    await passUntil(() => server.state.receipts.length > receipts);
  });

  test("reports although each answer wants it to wait", async () => {
    const fixture = await openFixture();
    const { server, clock } = fixture;
    server.state.spreadSeconds = 40;
    const client = await fixture.start();
    await client.refresh();
    expect(server.state.receipts).toEqual([]);
    for (let passed = 0; passed < 25; passed += 5) {
      clock.advance(5 * secondMs);
      server.change({ "features.telemetry": passed % 2 === 0 });
      await client.refresh();
    }
    await expect.poll(() => server.state.receipts.length).toBeGreaterThan(0);
  });

  test("does not stay silent for as long as a server wants", async () => {
    const fixture = await openFixture();
    fixture.server.state.spreadSeconds = 1_000_000;
    const client = await fixture.start();
    await client.refresh();
    await expect.poll(() => fixture.clock.waits()).toContain(3.125 * minuteMs);
  });

  test("is asked as often as the server says where it does not wait", async () => {
    const fixture = await openFixture();
    const first = await fixture.start();
    await first.refresh();
    await first.stop();
    fixture.server.state.intercept = async (path, genuine) => {
      if (path !== "/sync") return genuine();
      return new Response(null, { status: 304, headers: { "muster-poll-seconds": "900" } });
    };
    await fixture.start({ isLive: true });
    fixture.clock.waits();
    await expect
      .poll(() => fixture.clock.advance(secondMs) ?? fixture.clock.waits().includes(900 * secondMs))
      .toBe(true);
  });

  test("is asked as often as the server says where a proxy removes the version of each answer", async () => {
    const fixture = await openFixture();
    const withoutVersion = (answer: Response) => {
      answer.headers.delete("etag");
      answer.headers.set("muster-poll-seconds", "900");
      return answer;
    };
    fixture.server.state.intercept = async (_, genuine) => withoutVersion(await genuine());
    await fixture.start({ isLive: true });
    fixture.clock.waits();
    await expect
      .poll(() => fixture.clock.advance(secondMs) ?? fixture.clock.waits().includes(900 * secondMs))
      .toBe(true);
  });

  test.each([-2, 2])("waits for changes also with a clock that is %i days from the server's", async (days) => {
    const fixture = await openFixture();
    fixture.skew.ms = days * dayMs;
    const client = await fixture.start({ isLive: true });
    await client.refresh();
    await expect.poll(() => fixture.clock.advance(secondMs) ?? fixture.server.state.waiting.size).toBe(1);
  });

  test("takes what changed in the same second, and refuses nothing", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    const secret = { id: "sec_1", kind: "openai", name: "Key", version: 1, fields: { apiKey: "x" } };
    fixture.server.state.secrets.push(secret);
    expect(await client.refresh()).toMatchObject({ kind: "changed" });
    expect(client.secrets()).toEqual([secret]);
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    expect(fixture.server.state.receipts.filter(({ state }) => state === "refused")).toEqual([]);
  });

  test("says that the server may be older when that does not understand it", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = async () => fixture.server.json(400, {});
    const messages: string[] = [];
    const client = await fixture.start({ on: { wipe: () => {}, error: ({ message }) => void messages.push(message) } });
    await client.refresh();
    expect(messages[0]).toBe("The server answered 400. It does not understand this client: update it, or the server.");
  });

  test("waits longer after each failure, up to ten minutes", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    const client = await fixture.start();
    for (let i = 0; i < 4; i++) await client.refresh();
    const waits: number[] = [];
    await expect.poll(() => waits.push(...fixture.clock.waits()) && waits.includes(8 * secondMs)).toBe(true);
    const later = [1, 2, 3, 9, 10, 1_000].map((failures) => backOff(failures, fixture.clock, 10 * minuteMs));
    expect(later.map((ms) => ms / secondMs)).toEqual([1, 2, 4, 256, 300, 300]);
  });

  test("keeps what it has on disk for itself alone", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    const modes = ["identity.json", "document.json", "receipts.json", "state.json"].map(
      async (name) => (await stat(join(fixture.folder, name))).mode & 0o777,
    );
    expect(new Set(await Promise.all(modes))).toEqual(new Set([0o600]));
  });
});

describe("a device without contact", () => {
  async function offline(policy: object) {
    const fixture = await openFixture();
    fixture.server.state.policy = { ...fixture.server.state.policy, ...policy };
    fixture.server.state.secrets.push({
      id: "sec_1",
      kind: "openai",
      name: "Key",
      version: 1,
      fields: { apiKey: "x" },
    });
    fixture.server.change({ "websites.denied": ["example.com"], "features.telemetry": true });
    const client = await fixture.start();
    const events = listen(client);
    await client.refresh();
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    return { fixture, client, events };
  }

  test("keeps its document after the maximum time, if the organization wants that", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 7, whenStale: "keep" });
    fixture.clock.advance(7 * dayMs + 1);
    expect(client.status().mode).toBe("kept");
    expect(client.effective("websites.denied")).toEqual(["example.com"]);
    expect(client.secrets()).toHaveLength(1);
  });

  test("goes to strict values after the maximum time, if the organization wants that, and says so", async () => {
    const { fixture, client, events } = await offline({ maxOfflineDays: 7, whenStale: "strict" });
    fixture.clock.advance(7 * dayMs - minuteMs);
    expect(client.effective("features.telemetry")).toBe(true);
    const count = events.changes.length;
    for (let i = 0; i < 2; i++) fixture.clock.advance(minuteMs);
    expect(client.status().mode).toBe("stale");
    expect(client.effective("features.telemetry")).toBe(false);
    expect(client.effective("websites.denied")).toEqual([everything]);
    expect(client.secrets()).toEqual([]);
    await expect.poll(() => events.changes.length).toBe(count + 1);
    expect(events.changes.at(-1)?.sections).toHaveLength(4);
    expect(await client.report("features", "enforced")).toBe(false);

    fixture.server.state.intercept = undefined;
    await client.refresh();
    expect(client.effective("features.telemetry")).toBe(true);
    expect(events.changes).toHaveLength(count + 2);
  });

  test("does not get younger when somebody turns its clock back", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 7, whenStale: "strict" });
    fixture.clock.advance(8 * dayMs);
    await client.refresh();
    fixture.clock.advance(-8 * dayMs);
    expect(client.status().mode).toBe("stale");
    await client.stop();
    const again = await fixture.start();
    expect(again.status().mode).toBe("stale");
  });

  test("does not get younger when its clock goes back and forth after it was taken", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 7, whenStale: "strict" });
    fixture.clock.advance(5 * dayMs);
    await client.refresh();
    fixture.clock.advance(-4 * dayMs);
    expect(client.status().mode).toBe("stale");
    fixture.clock.advance(6 * dayMs + minuteMs);
    await client.refresh();
    // by less than a clock is corrected all the time
    fixture.clock.advance(-2 * minuteMs);
    expect(client.status().mode).toBe("stale");
  });

  test("does not get younger when its clock was ahead before, also after a restart", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 7, whenStale: "strict" });
    fixture.server.state.intercept = undefined;
    fixture.clock.advance(3_650 * dayMs);
    await client.refresh();
    expect(client.status().mode).toBe("current");
    fixture.server.state.intercept = () => Promise.reject(new Error("No network."));
    fixture.clock.advance(-3_650 * dayMs);
    expect(client.status().mode).toBe("stale");
    await client.stop();
    const again = await fixture.start();
    expect(again.status().mode).toBe("stale");
    // the next answer ends that, and has to be signed
    fixture.server.state.intercept = undefined;
    await again.refresh();
    expect(again.status().mode).toBe("current");
  });

  test("is not stale because its clock was set back by a minute", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 7, whenStale: "strict" });
    fixture.clock.advance(-minuteMs);
    expect(client.status().mode).toBe("current");
  });

  test("has no limit where the organization sets none", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 0, whenStale: "strict" });
    fixture.clock.advance(1_000 * dayMs);
    expect(client.status().mode).toBe("current");
  });

  test("is not kept in force by answers that are not signed", async () => {
    const { fixture, client } = await offline({ maxOfflineDays: 7, whenStale: "strict" });
    fixture.server.state.intercept = () => Promise.resolve(new Response(null, { status: 304 }));
    for (let day = 0; day < 8; day++) {
      fixture.clock.advance(dayMs);
      await client.refresh();
    }
    expect(client.status().mode).toBe("stale");
  });

  test.each([
    [1, 0],
    [1, 2],
    [1, -2],
    [30, 0],
  ])(
    "of %i days never happens while it is online, with a server that is %i days ahead",
    async (maxOfflineDays, ahead) => {
      const { fixture, client, events } = await offline({ maxOfflineDays, whenStale: "strict" });
      fixture.server.state.intercept = undefined;
      fixture.skew.ms = ahead * dayMs;
      const { requests } = fixture.server.state;
      await client.refresh();
      const [changes, before] = [events.changes.length, requests.length];
      const looks = depth(10, 50);
      for (let look = 0; look < looks; look++) {
        fixture.clock.advance((50 * hourMs) / looks);
        await client.refresh();
        expect(client.status().mode).toBe("current");
      }
      expect(events.changes).toHaveLength(changes);
      const signed = requests.slice(before).filter(({ path, status }) => path.startsWith("/sync?") && status === 200);
      expect(signed.length).toBeLessThanOrEqual(4);
    },
  );

  test("has its document from disk at once after a start", async () => {
    const { fixture, client } = await offline({});
    await client.stop();
    const again = await fixture.start();
    expect(again.effective("websites.denied")).toEqual(["example.com"]);
    expect(again.secrets()).toHaveLength(1);
  });
});

describe.each(["EROFS", "ENOSPC"] as const)("where nothing can be written (%s)", (code) => {
  test("what is on disk applies, the client says that it cannot be updated, and it starts and stops", async () => {
    const fixture = await openFixture();
    const { server } = fixture;
    const first = await fixture.start();
    await first.refresh();
    await first.stop();
    const writable = unwritable(fixture.folder, code);
    server.change({ "features.externalCloud": false });
    const client = await fixture.start();
    const { errors } = listen(client);
    expect(client.status().mode).toBe("current");
    expect(client.effective("features.externalCloud")).toBe(true);
    await client.refresh();
    expect(errors[0]).toMatchObject({ code: "storage", message: expect.stringContaining("cannot be updated") });
    expect(client.status().mode).toBe("current");
    expect(client.effective("features.externalCloud")).toBe(true);
    expect(await client.report("features", "enforced").catch(({ code }) => code)).toBe(code);
    await client.stop();
    writable();
    const again = await fixture.start();
    await again.refresh();
    expect(again.effective("features.externalCloud")).toBe(false);
  });
});

describe("a copy on disk that was changed", () => {
  test.each([
    ["cut short", (text: string) => text.slice(0, text.length / 2)],
    ["emptied", () => ""],
    [
      "given another section",
      (text: string) =>
        text.replace(/\\"features.telemetry\\":\{\\"value\\":false/, '\\"features.telemetry\\":{\\"value\\":true'),
    ],
    [
      "given another signature",
      (text: string) => text.replace(/("signed":"[^"]{700})./, (_, head: string) => `${head}_`),
    ],
  ])("by being %s leads to strict values until there is a right one", async (_, change) => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    await client.stop();
    const text = await readFile(documentFile(fixture), "utf8");
    expect(change(text)).not.toBe(text);
    await writeFile(documentFile(fixture), change(text));

    const again = await fixture.start();
    const { errors } = listen(again);
    expect(again.status().mode).toBe("damaged");
    expect(again.effective("features.externalCloud")).toBe(false);
    await again.refresh();
    expect(errors.map(({ code }) => code)).toContain("damaged");
    expect(again.status().mode).toBe("current");
    expect(again.effective("features.externalCloud")).toBe(true);
  });
});

describe("receipts", () => {
  test("say fetched and applied without being told, and enforced when the embedding client does", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    client.on("change", async ({ report }) => {
      await report("features", "enforced");
      await report("models", "refused", { code: "needs_restart", message: "Restart the app." });
    });
    await client.refresh();
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    expect(said(fixture.server.state.receipts)).toEqual([
      "1 features fetched",
      "1 models fetched",
      "1 sources fetched",
      "1 websites fetched",
      "1 features enforced",
      "1 models refused",
      "1 sources applied",
      "1 websites applied",
    ]);
    expect(fixture.server.state.receipts.at(-1)).toMatchObject({
      seq: 8,
      device: fixture.identity.device,
      organization: fixture.identity.organization.id,
      document: client.status().document,
      app: "Example",
      appVersion: "1.2.3",
      platform: "linux",
    });
  });

  test("of a new document repeat what is true of sections that are the same", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    for (const section of ["features", "models"] as const) await client.report(section, "enforced");
    await client.refresh();
    fixture.clock.advance(secondMs);
    fixture.server.change({ "features.telemetry": true });
    await client.refresh();
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    expect(said(fixture.server.state.receipts).filter((one) => one.startsWith("2"))).toEqual([
      "2 features fetched",
      "2 models enforced",
      "2 sources applied",
      "2 websites applied",
      "2 features applied",
    ]);
  });

  test("are not about another document than the one that the client was told of", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    const { changes } = listen(client);
    await client.refresh();
    fixture.clock.advance(secondMs);
    fixture.server.change({ "features.telemetry": true });
    await client.refresh();
    expect(await changes[0]?.report("features", "enforced")).toBe(false);
    expect(await changes[1]?.report("features", "enforced")).toBe(true);
  });

  test("wait on disk for the server, each sent until it has them", async () => {
    const fixture = await openFixture();
    const lose = async (path: string, genuine: () => Promise<Response>) => {
      const answer = await genuine();
      if (path === "/sync/receipts") throw new Error("The answer was lost.");
      return answer;
    };
    fixture.server.state.intercept = lose;
    const client = await fixture.start();
    await client.refresh();
    await client.report("features", "enforced");
    await client.refresh();
    expect(client.status().pendingReceipts).toBe(9);
    await client.stop();

    fixture.server.state.intercept = undefined;
    const again = await fixture.start();
    await again.refresh();
    await expect.poll(() => again.status().pendingReceipts).toBe(0);
    const seqs = fixture.server.state.receipts.map(({ seq }) => seq);
    expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("are not repeated while nothing changes", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    for (let i = 0; i < 3; i++) {
      await client.refresh();
      await client.report("features", "enforced");
    }
    await client.stop();
    const again = await fixture.start();
    await again.refresh();
    await expect.poll(() => again.status().pendingReceipts).toBe(0);
    expect(fixture.server.state.receipts).toHaveLength(9);
  });

  test("that the server refuses do not keep others back", async () => {
    const fixture = await openFixture();
    fixture.server.state.intercept = async (path, genuine) => {
      if (path !== "/sync/receipts") return genuine();
      const pending = client.status().pendingReceipts;
      return pending === 3 || pending > 4 ? fixture.server.json(400, { detail: "No." }) : genuine();
    };
    const client = await fixture.start();
    const { errors } = listen(client);
    await client.refresh();
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    expect(fixture.server.state.receipts.map(({ seq }) => seq)).toEqual([5, 7, 8]);
    expect(errors.map(({ code }) => code)).toContain("receipt_refused");
  });

  test("that the server rejects are not sent again, and the others are", async () => {
    const fixture = await openFixture();
    let isFirst = true;
    fixture.server.state.intercept = async (path, genuine) => {
      if (path !== "/sync/receipts" || !isFirst) return genuine();
      isFirst = false;
      return fixture.server.json(200, { received: 0, rejected: [{ index: 0, reason: "revision" }] });
    };
    const client = await fixture.start();
    const { errors } = listen(client);
    await client.refresh();
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    expect(fixture.server.state.receipts.map(({ seq }) => seq)).toEqual([2, 3, 4, 5, 6, 7, 8]);
    expect(errors).toEqual([{ code: "receipt_refused", message: "A receipt was refused: revision." }]);
  });

  test("never use a number twice, also when their file is lost", async () => {
    const fixture = await openFixture();
    const client = await fixture.start();
    await client.refresh();
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    await client.stop();
    await writeFile(join(fixture.folder, "receipts.json"), "{");
    const again = await fixture.start();
    await again.report("features", "enforced");
    await again.refresh();
    await expect.poll(() => again.status().pendingReceipts).toBe(0);
    expect(fixture.server.state.receipts.at(-1)?.seq).toBeGreaterThan(1_000_000);
  });
});
