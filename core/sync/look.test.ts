import { memberPut, organizationPut, putAll } from "@muster/local/testing/fixtures/rows.ts";
import { openWorld } from "@muster/local/testing/worlds/world.ts";
import { expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { looksForOwn, ownLooksAtOnce } from "./limits.ts";
import { isSampled, lookNow } from "./look.ts";

const organization = ID.create("organization");
const keysOf = (account: ID.ID<"account">) =>
  [memberKeys.member(organization, account), organizationKeys.organization(organization)] as const;

test("requests that look at one moment share calls, as many as one call can serve, and each gets its own rows", async () => {
  const world = await openWorld();
  const accounts = Array.from({ length: 250 }, () => ID.create("account"));
  await putAll(world, [
    ...accounts.map((account) => memberPut(organization, account, { name: account })),
    organizationPut(organization),
  ]);
  const calls: number[] = [];
  const { table } = world;
  const getMany: typeof table.getMany = (keys, options) => {
    calls.push(keys.length);
    return table.getMany(keys, options);
  };
  world.rebind({ table: { ...table, getMany } });

  const seen = await Promise.all(accounts.map((account) => lookNow(keysOf(account))));
  expect(calls).toEqual([100, 100, 53]);
  const names = seen.map(({ rows }, i) =>
    [...rows.values()].map((row) => (row as { name?: string }).name).includes(accounts[i]),
  );
  expect(names.every(Boolean)).toBe(true);
  expect(seen.every(({ rows }) => [...rows.keys()].some((name) => name.includes(organization)))).toBe(true);
  expect(new Set(seen.map(({ requests }) => requests))).toEqual(new Set([250]));
});

test("requests of which one call fails fail alone", async () => {
  const world = await openWorld();
  const { table } = world;
  let calls = 0;
  const getMany: typeof table.getMany = async (keys, options) => {
    calls += 1;
    if (calls === 2) throw new Error("This call fails.");
    return table.getMany(keys, options);
  };
  world.rebind({ table: { ...table, getMany } });
  const accounts = Array.from({ length: 150 }, () => ID.create("account"));
  const ended = await Promise.allSettled(accounts.map((account) => lookNow(keysOf(account))));
  const failed = ended.flatMap(({ status }, i) => (status === "rejected" ? [i] : []));
  expect([failed[0], failed.length]).toEqual([99, 51]);
});

test("all that are due look at their own rows, but for a share of them where many requests wait", () => {
  const all = looksForOwn * ownLooksAtOnce;
  const sampled = (requests: number) =>
    Array.from({ length: 20_000 }, () => isSampled(requests)).filter(Boolean).length;
  expect([sampled(0), sampled(1), sampled(all)]).toEqual([20_000, 20_000, 20_000]);
  // a tenth, give or take what happens once in many billions
  expect(sampled(10 * all)).toBeGreaterThan(1_700);
  expect(sampled(10 * all)).toBeLessThan(2_300);
});
