import { type FaultPlan, type Faults, injectFaults } from "@muster/local/testing/faults/faults.ts";
import { around } from "@muster/local/testing/faults/table-call.ts";
import { openTable, type TestTable } from "@muster/local/testing/worlds/table.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { failure } from "../base/failure.ts";
import { Refused } from "./client.ts";
import { dynamo } from "./dynamo.ts";
import { absent, below, equal, present, put, remove, type Table, update, when } from "./table.ts";

const refused = failure("conflict", "faults.refused", "The condition does not hold.");
const otherwise = () => refused();

let rows: TestTable;
let faults: Faults;
let table: Table;
beforeEach(async () => {
  rows = await openTable();
  faults = injectFaults(rows.client, 11);
  table = dynamo(rows.client, rows.name);
});

const key = { pk: "org_1", sk: "#org" };
const many = <R>(count: number, run: (n: number) => Promise<R>) =>
  Promise.all(Array.from({ length: count }, (_, n) => run(n)));
const resultOf = (call: Promise<unknown>) =>
  call.then(
    () => "done",
    (error: { code?: string; name: string }) => error.code ?? error.name,
  );

describe("with conflicts, throttling and lost answers", () => {
  const plan: FaultPlan = { conflicts: 0.3, throttling: 0.1, lostAnswers: 0.3 };

  test("every transaction happens exactly once, and every caller learns so", async () => {
    await table.write(put(key, { n: 0 }));
    faults.plan(plan);
    await many(40, (n) =>
      table.write(
        put({ pk: "org_1", sk: `row${n}` }, {}, when(absent, otherwise)),
        update(key, { add: { n: 1 } }, when(present, otherwise)),
      ),
    );
    const { conflicts, throttling, lostAnswers } = faults.struck;
    expect(Math.min(conflicts, throttling, lostAnswers)).toBeGreaterThan(0);
    faults.clear();
    expect(await table.get(key)).toMatchObject({ n: 40 });
    expect(await rows.scan()).toHaveLength(41);
  });

  test("a limit is never exceeded by concurrent writes, and refused ones leave nothing", async () => {
    await table.write(put(key, { n: 0 }));
    faults.plan(plan);
    const answers = await many(30, (n) =>
      resultOf(
        table.write(
          put({ pk: "org_1", sk: `row${n}` }, {}, when(absent, otherwise)),
          update(key, { add: { n: 1 } }, when(below("n", 12), otherwise)),
        ),
      ),
    );
    faults.clear();
    expect(answers.filter((answer) => answer === "done")).toHaveLength(12);
    expect(answers.filter((answer) => answer === "faults.refused")).toHaveLength(18);
    expect(await table.get(key)).toMatchObject({ n: 12 });
    expect(await rows.scan()).toHaveLength(13);
  });

  test("single puts recognize their own row and are refused by another's", async () => {
    faults.plan(plan);
    const attempt = (n: number, by: number) =>
      table.write(put({ pk: `org_${n}`, sk: "#org" }, { by, tags: new Set(["a"]) }, when(absent, otherwise)));
    const answers = await many(60, (n) => resultOf(attempt(n % 30, n)));
    faults.clear();
    const kept = await rows.scan();
    expect(kept).toHaveLength(30);
    const winners = answers.flatMap((answer, n) => (answer === "done" ? [n] : []));
    expect(kept.map((row) => Number(row.by)).sort((a, b) => a - b)).toEqual(winners);
  });

  test("everything is read correctly", async () => {
    const keys = Array.from({ length: 120 }, (_, n) => ({ pk: "org_1", sk: String(n).padStart(3, "0") }));
    faults.plan(plan);
    await table.project(keys.map((one) => ({ put: { ...one, at: one.sk } })));
    const read = await table.getMany([...keys, ...keys]);
    expect(read.map((row) => row?.at)).toEqual([...keys, ...keys].map(({ sk }) => sk));
    expect((await table.query({ pk: "org_1", consistent: true })).items).toHaveLength(120);
    expect(faults.struck.throttling).toBeGreaterThan(0);
  });
});

describe("a lost answer", () => {
  /** Runs the n-th table command and loses its answer, even if the answer was a refusal. */
  function loseAnswer(at: number) {
    let calls = 0;
    const lost = Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
    around(rows.client, (next) => async (operation, input) => {
      const isLost = ++calls === at;
      try {
        const answer = await next(operation, input);
        if (isLost) throw lost;
        return answer;
      } catch (error) {
        throw isLost ? lost : error;
      }
    });
  }

  test("of a transaction is requested again, not written again", async () => {
    await table.write(put(key, { n: 0 }));
    loseAnswer(1);
    await table.write(
      put({ pk: "org_1", sk: "evt_1" }, {}, when(absent, otherwise)),
      update(key, { add: { n: 1 } }, when(equal("n", 0), otherwise)),
    );
    expect(await table.get(key)).toMatchObject({ n: 1 });
  });

  test("is also what a failing server answers: the call may have been carried out", async () => {
    await table.write(put(key, { state: "free" }));
    let isFirst = true;
    around(rows.client, (next) => async (operation, input) => {
      const answer = await next(operation, input);
      if (!isFirst) return answer;
      isFirst = false;
      throw new Refused("InternalServerError", "Internal server error", 500);
    });
    await table.write(update(key, { set: { state: "taken" } }, when(equal("state", "free"), otherwise)));
    expect(await table.get(key)).toMatchObject({ state: "taken" });
  });

  test("of a put is decided by the row, ignoring undefined attributes", async () => {
    loseAnswer(1);
    await table.write(put(key, { a: 1, none: undefined, deep: { none: undefined, b: [1] } }, when(absent, otherwise)));
    expect(await table.get(key)).toEqual({ ...key, a: 1, deep: { b: [1] } });
  });

  test("of a refused put is reported as refused", async () => {
    await table.write(put(key, { by: "another" }));
    loseAnswer(1);
    expect(await resultOf(table.write(put(key, { by: "me" }, when(absent, otherwise))))).toBe("faults.refused");
  });

  test("of an update that names itself is decided by its row", async () => {
    await table.write(put(key, { state: "free" }));
    loseAnswer(1);
    await table.write(update(key, { set: { state: "taken", by: "me" } }, when(equal("state", "free"), otherwise)));
    expect(await table.get(key)).toMatchObject({ state: "taken", by: "me" });
  });

  test("of a refused update is reported as refused if another one holds the row", async () => {
    await table.write(put(key, { state: "taken", by: "another" }));
    loseAnswer(1);
    const mine = update(key, { set: { state: "taken", by: "me" } }, when(equal("state", "free"), otherwise));
    expect(await resultOf(table.write(mine))).toBe("faults.refused");
  });

  test("of a single counter may count one too many, never one too few", async () => {
    await table.write(put(key, { n: 0 }));
    loseAnswer(1);
    expect(Number((await table.change(update(key, { add: { n: 1 } }, when(below("n", 5), otherwise)))).n)).toBe(2);
  });

  test("of a guarded removal is refused: the caller may not have been the one who removed it", async () => {
    await table.write(put(key, {}));
    loseAnswer(1);
    expect(await resultOf(table.write(remove(key, when(present, otherwise))))).toBe("faults.refused");
    expect(await table.get(key)).toBeUndefined();
  });
});

describe.concurrent("retries are limited", () => {
  async function openFaulty() {
    const rows = await openTable();
    const faults = injectFaults(rows.client, 11);
    const table = dynamo(rows.client, rows.name);
    const calls = {
      get: () => table.get(key),
      query: () => table.query({ pk: "org_1" }),
      single: () => table.write(put(key, {})),
      transaction: () => table.write(put(key, {}), put({ pk: "org_1", sk: "other" }, {})),
    };
    return { rows, faults, table, calls };
  }

  test("and end in table.contended if others hold the rows", async ({ expect }) => {
    const { faults, calls } = await openFaulty();
    faults.plan({ conflicts: 1 });
    const answers = await Promise.all([resultOf(calls.single()), resultOf(calls.transaction())]);
    expect(answers).toEqual(["table.contended", "table.contended"]);
    expect(faults.calls()).toBe(28);
  });

  test("and end in table.busy if the service throttles", async ({ expect }) => {
    const { faults, calls } = await openFaulty();
    faults.plan({ throttling: 1 });
    const answers = Object.values(calls).map((call) => resultOf(call()));
    expect(await Promise.all(answers)).toEqual(answers.map(() => "table.busy"));
    expect(faults.calls()).toBe(14 * answers.length);
  });

  test("and end in table.busy if no answer arrives", async ({ expect }) => {
    const { faults, calls } = await openFaulty();
    faults.plan({ lostAnswers: 1 });
    const answers = [resultOf(calls.get()), resultOf(calls.transaction())];
    expect(await Promise.all(answers)).toEqual(["table.busy", "table.busy"]);
  });

  test("and end in table.busy if a batch is never done", async ({ expect }) => {
    const { rows, table } = await openFaulty();
    around(rows.client, (next) => async (operation, input) => {
      const answer = await next(operation, input);
      return { ...answer, UnprocessedKeys: input.RequestItems, UnprocessedItems: input.RequestItems };
    });
    const answers = [resultOf(table.getMany([key])), resultOf(table.project([{ put: key }]))];
    expect(await Promise.all(answers)).toEqual(["table.busy", "table.busy"]);
  });

  test("and a mistake in the request or a crash is not retried", async ({ expect }) => {
    const { faults, table, calls } = await openFaulty();
    const wrong = { pk: 7, sk: "#org" } as unknown as typeof key;
    expect(await resultOf(table.get(wrong))).toBe("ValidationException");
    expect(faults.calls()).toBe(1);

    faults.plan({ crash: { before: 1 } });
    expect(await resultOf(calls.single())).toBe("Crash");
    expect(faults.calls()).toBe(1);
  });

  test("and an argument error of Node's own is not a lost answer", async ({ expect }) => {
    const { rows, table } = await openFaulty();
    let calls = 0;
    around(rows.client, () => async () => {
      calls++;
      throw Object.assign(new TypeError("Wrong."), { code: "ERR_INVALID_ARG_TYPE" });
    });
    expect(await resultOf(table.get(key))).toBe("ERR_INVALID_ARG_TYPE");
    expect(calls).toBe(1);
  });
});
