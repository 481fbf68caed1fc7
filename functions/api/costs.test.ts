import { readFileSync, writeFileSync } from "node:fs";
import { type Cost, measureCosts, requireSuccess } from "@muster/local/testing/costs/costs.ts";
import { beforeAll, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const file = new URL("../../docs/costs.md", import.meta.url);

/**
 * The reads of authentication in one round trip: the session; in an organization also the membership and the
 * organization.
 */
const authentication = { nobody: [0, 0], session: [1, 1], member: [1, 3], device: [1, 1] } as const;

/** Trips and read units beyond authentication, write units of the table and of its index. */
type Budget = readonly [trips: number, read: number, write: number, index: number];

/** The budgets of the data model. */
const model: Record<string, Budget> = {
  "organization.get, authenticates": [0, 0, 0, 0],
  "audit.list, the newest 50": [1, 2, 0, 0],
  "account.get, the first in an hour": [1, 1, 1, 0],
  "follow, 1 event": [2, 2, 6, 0],
  "a limit": [1, 0, 1, 0],
  "invitation.decline": [1, 3, 6, 2],
  "invitation.revoke": [1, 1, 6, 2],
  "member.leave": [1, 0, 8, 2],
  "member.remove": [1, 1, 8, 2],
  "member.transfer": [1, 1, 6, 2],
};

let measured: Cost[];
beforeAll(async () => {
  measured = await measureCosts();
});

const nameOf = (cost: Cost) => (cost.case === undefined ? cost.of : `${cost.of}, ${cost.case}`);

function beyond(cost: Cost): Budget {
  const [trips, reads] = authentication[cost.auth];
  return [cost.trips - trips, cost.readUnits - reads, cost.writeUnits, cost.indexUnits];
}

test("the committed costs are the measured ones", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, page());
  expect(readFileSync(file, "utf8") === page(), "They are not: run `npm run costs`.").toBe(true);
});

test("a request that is refused, or whose answer is not returned, is not measured", () => {
  const measuring =
    (result: unknown, of = "member.get") =>
    () =>
      requireSuccess({ of }, result);
  expect(measuring({ status: 404, text: "{}" })).toThrow("member.get was answered 404, not 200: {}");
  expect(measuring(undefined)).toThrow("member.get was answered undefined");
  expect(measuring({ status: 200 }, "team.create")).toThrow("team.create was answered 200, not 201");
  expect(measuring({ status: 200, text: "{}" })).not.toThrow();
  expect(measuring(undefined, "a worker")).not.toThrow();
});

test("what the data model budgets costs exactly that", () => {
  const budgeted = measured.filter((cost) => nameOf(cost) in model);
  expect(Object.fromEntries(budgeted.map((cost) => [nameOf(cost), beyond(cost)]))).toEqual(model);
});

test("every operation of the API is measured, and what the data model has no budget for says why it costs that", () => {
  const names = measured.map((cost) => cost.of);
  const unmeasured = operations().flatMap(({ id }) => (names.includes(id) ? [] : [id]));
  expect(unmeasured, "Write a case for it in local/testing/costs/.").toEqual([]);
  const unexplained = measured.filter((cost) => (cost.why === undefined) !== nameOf(cost) in model).map(nameOf);
  expect(unexplained, "Say why in its case, in local/testing/costs/.").toEqual([]);
});

function page(): string {
  const line = (cost: Cost) => {
    const [, read, write, index] = beyond(cost);
    const cells = [
      nameOf(cost),
      cost.trips,
      cost.calls,
      cost.items,
      cost.readUnits,
      read,
      write,
      index,
      cost.stripe,
      cost.why ?? "As budgeted.",
    ];
    return `| ${cells.join(" | ")} |`;
  };
  return `${introduction}\n${head}\n${measured.map(line).join("\n")}\n`;
}

const head = `| Operation | Trips | Calls | Rows written | RRU | beyond authentication | WRU, table | WRU, index | Stripe | Budget and reason |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |`;

const introduction = `# What each operation costs

Measured by \`npm run costs\` over the embedded engine, call by call, and what is committed is what they measure. Each
reason stands with its case, in \`local/testing/costs\`. Units are DynamoDB's: a read unit (RRU) is 4 kB read consistently, half as much when
eventually; a write unit (WRU) is 1 kB, and double in a transaction. Calls that overlap are one trip.

Authentication is one trip: 1 RRU for the session, 3 in an organization (session, membership, organization). The data
model counts 2 outside of organizations; one row is enough. What an operation needs by key rides in that trip.

"Stripe" is how many requests go there, each some hundred milliseconds on the way.
`;
