import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Change } from "./events.ts";
import { openFixture } from "./fixture.testing.ts";
import { secondMs } from "./system.ts";

// Receipts tell what is true, also when several things happen at the same moment.

async function followed() {
  const fixture = await openFixture();
  const client = await fixture.start();
  const changes: Change[] = [];
  client.on("change", (change) => void changes.push(change));
  await client.refresh();
  const { document } = client.status();
  const change = async () => {
    fixture.clock.advance(secondMs);
    fixture.server.change({ "features.telemetry": true });
    await client.refresh();
  };
  const said = async (section: string) => {
    fixture.clock.advance(secondMs);
    await expect.poll(() => client.status().pendingReceipts).toBe(0);
    const own = fixture.server.state.receipts.filter((one) => one.section === section);
    return own.map(({ state, revision }) => `${state} ${revision}`);
  };
  return { fixture, client, changes, change, said, document };
}

test("a section that a newer document has left as it was is still reported, about the newer one", async () => {
  const { client, changes, change, said, document } = await followed();
  await change();
  expect(await changes[0]?.report("websites", "enforced")).toBe(true);
  expect(await client.report("models", "enforced", { ...(document && { document }) })).toBe(true);
  expect(await changes[0]?.report("features", "enforced")).toBe(false);
  expect((await said("websites")).at(-1)).toBe("enforced 2");
  expect((await said("models")).at(-1)).toBe("enforced 2");
});

test("a section that was another in between is not", async () => {
  const { fixture, client, changes, change } = await followed();
  await change();
  fixture.clock.advance(secondMs);
  fixture.server.change({ "features.telemetry": false });
  await client.refresh();
  expect(await changes[0]?.report("features", "enforced")).toBe(false);
  expect(await changes[2]?.report("features", "enforced")).toBe(true);
});

test("what is carried over to a newer document is what was said last, also at the same moment", async () => {
  const { client, change, said } = await followed();
  const others = ["models", "sources", "websites"] as const;
  for (let round = 0; round < 10; round++) {
    const changing = change();
    for (let tick = 0; tick < round * 3; tick++) await setImmediate();
    // each waits for the one before it to be on disk
    const reports = others.map((section) =>
      client.report(section, round % 2 ? "enforced" : "refused", { code: "other" }),
    );
    await Promise.all([changing, ...reports]);
    const wanted = `${round % 2 ? "enforced" : "refused"} ${client.status().revision}`;
    for (const section of others) expect((await said(section)).at(-1)).toBe(wanted);
  }
});

test("a refused answer is over with the next right one, also after a restart", async () => {
  const { fixture, client, said } = await followed();
  fixture.server.state.intercept = async (path, genuine) =>
    path === "/sync" ? new Response("{", { status: 200 }) : genuine();
  expect(await client.refresh()).toMatchObject({ kind: "refused" });
  expect((await said("device")).at(-1)).toMatch(/^refused/);
  await client.stop();
  fixture.server.state.intercept = undefined;
  const again = await fixture.start();
  await again.refresh();
  fixture.clock.advance(secondMs);
  await expect.poll(() => again.status().pendingReceipts).toBe(0);
  const own = fixture.server.state.receipts.filter(({ section }) => section === "device");
  expect(own.at(-1)).toMatchObject({ state: "applied" });
});

test("a newer document that cannot be used is refused by its own revision, and one that is not whole yet by the one before", async () => {
  const { fixture, client, said } = await followed();
  const changed = (change: (sections: Record<string, string>) => object) => {
    fixture.server.state.intercept = async (path, genuine) => {
      const response = await genuine();
      if (path !== "/sync") return response;
      const body = (await response.json()) as { sections: Record<string, string> };
      return new Response(JSON.stringify({ ...body, sections: change(body.sections) }), { headers: response.headers });
    };
  };
  expect(await said("device")).toEqual([]);
  fixture.server.change({ "features.telemetry": true });
  changed(() => ({}));
  expect(await client.refresh()).toMatchObject({ kind: "refused", code: "incomplete" });
  // settings that change between two requests make no refusal
  expect(fixture.server.state.receipts.filter(({ state }) => state === "refused")).toEqual([]);
  expect(client.status().pendingReceipts).toBe(0);
  expect(await client.refresh()).toMatchObject({ kind: "refused", code: "incomplete" });
  expect((await said("device")).at(-1)).toBe("refused 1");
  changed((sections) => ({ ...sections, features: "{}" }));
  expect(await client.refresh()).toMatchObject({ kind: "refused", code: "hash_mismatch" });
  expect((await said("device")).at(-1)).toBe("refused 2");
});
