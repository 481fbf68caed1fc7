import { QueryClient } from "@tanstack/react-query";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Billing } from "#lib/billing.ts";
import { openBrowser } from "#testing/browser.ts";

let keepBilling: typeof import("./use-keep.ts").keepBilling;
let billingKey: typeof import("#lib/billing.ts").billingKey;
beforeAll(async () => {
  openBrowser();
  ({ keepBilling } = await import("./use-keep.ts"));
  ({ billingKey } = await import("#lib/billing.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

const billing = (paid: number): Billing => ({
  billingStatus: "active",
  plan: "monthly",
  customer: true,
  graceDays: 14,
  maxSeats: 10_000,
  seats: { paid, capacity: paid, committed: 2, minimum: 2 },
});

test("a read that began before a change was answered does not undo the answer", async () => {
  const client = new QueryClient();
  const queryKey = billingKey("org_1");
  client.setQueryData(queryKey, billing(2));
  let answer = (_: Billing) => {};
  const early = new Promise<Billing>((resolve) => {
    answer = resolve;
  });
  const read = client.fetchQuery({ queryKey, queryFn: () => early });
  keepBilling(client, "org_1", billing(5));
  answer(billing(2));
  await read;
  expect(client.getQueryData(queryKey)).toEqual(billing(5));
});
