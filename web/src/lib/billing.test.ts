import { QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../testing/browser.ts";

let lib: typeof import("./billing.ts");
beforeAll(async () => {
  openBrowser();
  lib = await import("./billing.ts");
});
afterAll(() => void vi.unstubAllGlobals());

const plain = {
  billingStatus: "active",
  plan: "monthly",
  customer: true,
  graceDays: 14,
  maxSeats: 10_000,
  seats: { paid: 5, capacity: 5, committed: 2, minimum: 2 },
};
const waiting = Object.assign({ change: { from: 5, to: 8 } }, plain);

test.each([
  { title: "a change that has ended", before: waiting, after: plain, isOutdated: true },
  { title: "a change that goes on", before: waiting, after: waiting, isOutdated: false },
  { title: "no change", before: plain, after: plain, isOutdated: false },
])("$title: the invoices, the upcoming one too, are outdated: $isOutdated", async ({ before, after, isOutdated }) => {
  const client = new QueryClient();
  const keys = [lib.invoicesKey("org_1"), [...lib.invoicesKey("org_1"), "upcoming"]];
  for (const key of keys) client.setQueryData(key, { items: [] });
  client.setQueryData(lib.billingKey("org_1"), before);
  vi.stubGlobal("fetch", async () => Response.json(after));
  await client.fetchQuery(lib.billingQuery("org_1"));
  expect(keys.map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([isOutdated, isOutdated]);
});
