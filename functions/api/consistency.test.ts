import type { Key, Query, Table } from "@muster/core/table/table.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { sources } from "./consistency.ts";
import { type MountedOperation, operations, takesAfter } from "./openapi.ts";
import { introduction } from "./openapi-text.ts";

const lists = operations().filter(
  ({ source, media, output }) =>
    source === "query" && (media !== "application/json" || (output !== undefined && "items" in entriesOf(output))),
);
const named = sources.flatMap(({ lists: some, takesAfter: takes }) => some.map(([id]) => ({ id, takes })));
const here = "functions/api/consistency.ts";

function entriesOf(shape: object): object {
  return "entries" in shape ? (shape.entries as object) : {};
}

test("the reference says of no list twice what it is made from, and of nothing else", () => {
  const ids = lists.map(({ operationId }) => operationId);
  const odd = named.filter(({ id }, at) => !ids.includes(id) || named.findIndex((one) => one.id === id) !== at);
  expect(odd, `Remove it from the sources in ${here}: it is no list, or is named before.`).toEqual([]);
});

test("the lists that it says take a position do, and no others", () => {
  const taking = operations().flatMap(({ fn, operationId }) => (takesAfter(fn.input) ? [operationId] : []));
  const said = named.flatMap(({ id, takes }) => (takes ? [id] : []));
  expect(said.toSorted(), `Name it in a source with the right \`takesAfter\`, in ${here}.`).toEqual(taking.toSorted());
});

test("its introduction names only operations that exist", () => {
  const ids = operations().map(({ operationId }) => operationId);
  const words = [...introduction.matchAll(/`((?:list|get|export|request|sign)[A-Z]\w+)`/g)].map(([, id]) => id);
  expect(words.length).toBeGreaterThan(10);
  expect(words.filter((id) => !ids.includes(id ?? ""))).toEqual([]);
});

describe("a list that the reference does not name", () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openApi();
  });

  const exact = lists.filter(({ operationId }) => named.every(({ id }) => id !== operationId));

  test.each(exact)("$operationId reads nothing that lags", async (operation) => {
    expect(await lagging(operation), `Say what it is made from, in ${here}, or read it consistently.`).toEqual([]);
  });

  const others = ["listMembers", "listTeams", "listFigures", "listUpdateTags", "listAuditEvents", "exportUpdates"];

  test.each(lists.filter(({ operationId }) => others.includes(operationId)))(
    "would be caught if it were $operationId",
    async (operation) => {
      expect(await lagging(operation)).not.toEqual([]);
    },
  );

  /** Partitions and rows that the stream or the log keep. */
  const derived = /#(find|terms|log|fig|coh)\b|#stats$|\|count#/;

  /** Returns what a request for a list reads that may be behind: the index, what is derived, and what a replica answers. */
  async function lagging(operation: MountedOperation): Promise<string[]> {
    const person = await api.stranger();
    const organization = await api.organization(person);
    const [method, path, sent] = await sample(api, operation, { person, organization });
    await api.team(organization, "Red");
    const { table } = api.world;
    const found: string[] = [];
    const note = (name: string, isExact: boolean) => {
      if (!isExact || derived.test(name)) found.push(name);
    };
    const watched: Pick<Table, "query" | "getMany"> = {
      query: (query: Query<never>) => {
        if ("list" in query) note(query.list, false);
        else note(query.pk, query.consistent === true);
        return table.query(query);
      },
      getMany: (keys, options) => {
        for (const { pk, sk } of keys as readonly Key[]) {
          note(`${pk}|${sk}`, isNameBeside(pk, sk) || options?.consistent !== false);
        }
        return table.getMany(keys, options);
      },
    };
    api.world.rebind({ table: { ...table, ...watched } });
    const { status } = await api.call(method, path, sent);
    api.world.rebind();
    expect(status).toBe(200);
    return found;
  }

  /** Memberships, whose names are shown beside items. */
  const isNameBeside = (pk: string, sk: string) => pk.startsWith("acc_") && sk.startsWith("org_");
});
