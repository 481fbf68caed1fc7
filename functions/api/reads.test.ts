import { hourSeconds } from "@muster/core/base/duration.ts";
import type { ID } from "@muster/core/base/id.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";

let api: TestApi;
let owner: Person;
let admin: Person;
let organization: ID<"organization">;
beforeEach(async () => {
  api = await openApi();
  owner = await api.stranger();
  organization = await api.organization(owner);
  admin = await api.member(organization, "admin");
});

const invitations = (count: number) => Array.from({ length: count }, (_, n) => ({ email: `p-${n}@example.com` }));
const review = (person: Person, rows: number) =>
  api.call("POST", `/organizations/${organization}/invitations/review`, {
    token: person.token,
    json: { invitations: invitations(rows) },
  });
const get = (person: Person, path: string) =>
  api.call("GET", `/organizations/${organization}${path}`, { token: person.token });
/** Returns how many rows were read since. */
function countKeys(allowed: number) {
  const { table } = api.world;
  let keys = 0;
  const getMany = ((all) => {
    keys += all.length;
    return table.getMany(all);
  }) as typeof table.getMany;
  const limitFactor = allowed / Limits.reads.windows[0].quota;
  api.world.rebind({ limitFactor, table: Object.assign(Object.create(table), { getMany }) });
  return () => keys;
}
/** Sets the budget to so many units. */
const allow = (units: number) => api.world.rebind({ limitFactor: units / Limits.reads.windows[0].quota });

describe("requests that read many rows", () => {
  test("count by what they read, per account, and are refused before they read", async () => {
    allow(300);
    const first = await review(owner, 100);
    expect(first.status).toBe(200);
    expect(first.headers.get("ratelimit-policy")).toBe(`"reads-3600";q=300;w=3600`);
    expect(first.headers.get("ratelimit")).toContain(`"reads-3600";r=200;`);
    expect((await get(owner, "/invitations?mail=failed")).status, "one budget for all of them").toBe(200);
    const read = countKeys(200);
    const refused = await review(owner, 100);
    expect(refused).toMatchObject({ status: 429, body: { code: "rate.limited" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(read()).toBeLessThan(10);
    expect((await get(owner, "/invitations?mail=failed")).status).toBe(429);
    expect((await review(admin, 100)).status).toBe(200);
    api.world.clock.pass(hourSeconds);
    expect((await review(owner, 100)).status).toBe(200);
  });

  test.each([
    ["/invitations?mail=failed"],
    ["/invitations/export"],
    ["/invitations/stalled"],
    ["/members/ACCOUNT/sent-invitations"],
  ])("are counted: %s", async (path) => {
    const { headers, status } = await get(owner, path.replace("ACCOUNT", admin.account));
    expect([status, headers.get("ratelimit-policy")]).toEqual([
      200,
      `"reads-3600";q=${Limits.reads.windows[0].quota};w=3600`,
    ]);
  });
});

test("requests that read few rows are not counted, and write nothing", async () => {
  allow(0);
  const answers = [await review(owner, 25), await get(owner, "/invitations"), await get(owner, "/members")];
  expect(answers.map(({ status, headers }) => [status, headers.get("ratelimit")])).toEqual(
    answers.map(() => [200, null]),
  );
});
