import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { ID } from "@muster/core/base/id.ts";
import { open } from "@muster/core/kernel/cursor.ts";
import { read } from "@muster/core/notification/unsubscribe-link.ts";
import { type AttributeValue, fromAttributes } from "@muster/core/table/attribute-values.ts";
import type { Item } from "@muster/core/table/table.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { beforeAll, expect, test } from "vitest";
import { putRow } from "./next-release.testing.ts";

// A table that the release of November 29, 2026 wrote, what that release answered from it, and what it had signed.

type Answered = {
  of: string;
  method: string;
  path: string;
  isOfDevice?: true;
  json?: unknown;
  status: number;
  body?: unknown;
};
type Earlier = {
  at: number;
  account: ID<"account">;
  organization: ID<"organization">;
  session: string;
  device: string;
  signIn: { flow: string; code: string };
  unsubscribe: string;
  cursor: { text: string; position: object };
  rows: Record<string, AttributeValue>[];
  answers: Answered[];
};

const file = new URL("../testing/table-2026-11-29.json.gz", import.meta.url);
const earlier = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Earlier;
const rows = earlier.rows.map((row) => fromAttributes(row));

let api: TestApi;
beforeAll(async () => {
  api = await openApi();
  api.world.rebind({ limitFactor: 1_000 });
  Object.assign(api.world.clock, { at: earlier.at });
  for (const row of rows) await putRow(api.world, row);
});

const ask = ({ method, path, isOfDevice, json }: Answered) =>
  api.call(method, path, { token: isOfDevice ? earlier.device : earlier.session, ...(json !== undefined && { json }) });

/** A later release says more, and nothing else: another value, or less, is a difference. */
const lessThan = (before: unknown, now: unknown, at = ""): string[] => {
  if (typeof before !== "object" || before === null) {
    return before === now ? [] : [`${at}: ${JSON.stringify(before)} is ${JSON.stringify(now)}`];
  }
  const later = (typeof now === "object" && now !== null ? now : {}) as Record<string, unknown>;
  const isShorter = Array.isArray(before) && Array.isArray(now) && before.length !== now.length;
  const own = isShorter ? [`${at}: ${before.length} items are ${now.length}`] : [];
  return [...own, ...Object.entries(before).flatMap(([name, one]) => lessThan(one, later[name], `${at}.${name}`))];
};

test("is answered from as it was", async () => {
  expect(earlier.answers.length).toBeGreaterThan(90);
  const found: string[] = [];
  for (const one of earlier.answers) {
    const { status, body, text } = await ask(one);
    const now = typeof one.body === "string" ? text : body;
    const differences = one.status === status ? lessThan(one.body, now) : [`${one.status} is ${status}: ${text}`];
    found.push(...differences.map((difference) => `${one.of} ${one.path} ${difference}`));
  }
  expect(found).toEqual([]);
});

test("would be found to have lost a row, or an attribute", async () => {
  const team = rows.find(({ sk, name }) => String(sk).startsWith("team_") && name !== undefined) as Item;
  const one = earlier.answers.find(({ of }) => of === "team.get") as Answered;
  const { name: _, ...nameless } = team;
  for (const damaged of [{ ...team, name: "Another" }, nameless]) {
    await putRow(api.world, damaged);
    const { status, body } = await ask(one);
    expect(status === one.status ? lessThan(one.body, body) : [status]).not.toEqual([]);
  }
  await putRow(api.world, team);
});

test("and what it had signed still opens: a session, a code, a link, and a cursor", async () => {
  const { organization, account, cursor, unsubscribe, signIn } = earlier;
  expect((await api.call("GET", "/account", { token: earlier.session })).body).toMatchObject({ id: account });
  expect((await api.call("POST", "/sign-in/token", { json: signIn })).status).toBe(201);
  expect(read(unsubscribe)).toEqual({ account, organization });
  expect(open(`audit.list ${organization}`, cursor.text)).toEqual(cursor.position);
});
