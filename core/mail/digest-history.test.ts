import { broken, unguarded } from "@muster/local/testing/faults/broken.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { type Action, type History, openHistory } from "./digest-history.testing.ts";

// Readers in zones that change their clocks, a deployment whose clock jumps, whose functions crash and whose messages
// come twice: each reader gets a digest at their eight o'clock, never two, and none when there is nothing to tell.

let history: History;
beforeEach(async () => {
  history = await openHistory();
});

const hours = (max: number) => fc.integer({ min: 1, max: max * 60 }).map((minutes) => minutes * 60_000);
const reader = fc.nat({ max: 1 });
const crash = fc.option(fc.record({ at: fc.integer({ min: 1, max: 12 }), after: fc.boolean() }), {
  freq: 3,
  nil: undefined,
});
const days = fc.integer({ min: 1, max: 60 * 24 }).map((all) => all * 3_600_000);
const event: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("tell" as const), reader, crash }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("pass" as const), ms: hours(26) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("strikeEight" as const), reader }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("jump" as const), ms: hours(20), back: fc.boolean() }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("tick" as const), times: fc.integer({ min: 1, max: 2 }), crash }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("mail" as const), twice: fc.boolean(), crash }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), reader }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("member" as const), reader, is: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("zone" as const), reader, zone: fc.nat({ max: 7 }) }) },
);
/** Any clock may be wrong by weeks for a while; others tell what happens then. */
const astray: fc.Arbitrary<Action> = fc.record({
  do: fc.constant("astray" as const),
  ms: days,
  back: fc.boolean(),
  all: fc.array(
    event.filter((one) => one.do === "tick" || one.do === "mail" || one.do === "pass"),
    { minLength: 1, maxLength: 5 },
  ),
});
const action = fc.oneof({ weight: 34, arbitrary: event }, { weight: 4, arbitrary: astray });
/** Around the days on which clocks change, in the north and in the south. */
const start = fc.constantFrom("2026-03-27", "2026-04-03", "2026-10-02", "2026-10-23", "2026-10-31", "2026-12-01");
/** Days on which nothing goes wrong: without them, a few random histories may send too little to show anything. */
const ordinaryDays: Action[] = Array.from({ length: 4 }, () => [0, 1]).flatMap((readers) => [
  ...readers.map((one) => ({ do: "tell" as const, reader: one, crash: undefined })),
  ...readers.flatMap((one) => [
    { do: "strikeEight" as const, reader: one },
    { do: "tick" as const, times: 2, crash: undefined },
    { do: "mail" as const, twice: false, crash: undefined },
  ]),
]);
const actions = fc.array(action, { minLength: 8, maxLength: 24 });

test("at their eight o'clock, never twice, nothing when there is nothing", async () => {
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(start, actions, async (day, all) => {
      const { wrong, digests } = await history.run(day, all);
      sent += digests;
      expect(wrong).toEqual([]);
    }),
    { numRuns: depth(3, 500), endOnFailure: true, examples: [["2026-12-01", ordinaryDays]] },
  );
  expect(sent).toBeGreaterThan(5);
});

describe("would fail", () => {
  const tell: Action = { do: "tell", reader: 0 };
  const strike: Action[] = [
    { do: "strikeEight", reader: 0 },
    { do: "tick", times: 2 },
    { do: "mail", twice: true },
  ];

  test("no history without faults", async () => {
    const { wrong, digests } = await history.run("2026-03-27", [tell, ...strike, tell, ...strike, ...strike]);
    expect(wrong).toEqual([]);
    expect(digests).toBe(2);
  });

  test("if neither the email nor what it tells were claimed", async () => {
    const table = unguarded(history.table, (step) => step.do === "update" && /^(digest#|ntf_)/.test(step.key.sk));
    const { wrong } = await history.run("2026-03-27", [tell, ...strike], { table, isRaced: true });
    expect(wrong.join()).toContain("twice");
  });

  test("if no notification said which digest has it", async () => {
    const isMark = (set: object | undefined) => set && "digest" in set;
    const table = broken(history.table, (step) => (step.do === "update" && isMark(step.change.set) ? undefined : step));
    const { wrong } = await history.run("2026-03-27", [tell, ...strike, tell, ...strike], { table });
    expect(wrong.join()).toContain("is told twice");
  });

  test("if the row that says when were missing, or of another hour", async () => {
    const none = { ...history.table, project: async () => {} };
    expect((await history.run("2026-03-27", [tell, ...strike], { table: none })).wrong.join()).toContain("never told");
    const later = {
      ...history.table,
      project: (rows: Parameters<typeof history.table.project>[0]) =>
        history.table.project(
          rows.map((row) => {
            if (!("put" in row)) return row;
            const [at = "", account] = row.put.sk.split("#");
            const next = new Date(Date.parse(at) + 3_600_000).toISOString();
            const pk = row.put.pk.replace(at.slice(0, 13), next.slice(0, 13));
            return { put: { ...row.put, pk, sk: `${next}#${account}` } };
          }),
        ),
    };
    expect((await history.run("2026-03-27", [tell, ...strike], { table: later })).wrong.join()).toContain("never told");
  });

  /** The table with the progress of looks for what is due as it is read. */
  const withProgress = (as: (at: number) => number): typeof history.table => {
    const get = async (key: { sk: string }) => {
      const row = await history.table.get(key as never);
      if (key.sk !== "notification.due" || !row) return row;
      return { ...(row as object), at: new Date(as(Date.parse((row as { at: string }).at))).toISOString() };
    };
    return { ...history.table, get } as typeof history.table;
  };

  test("if progress were saved before it is made", async () => {
    const table = withProgress(() => history.now());
    const { wrong } = await history.run("2026-03-27", [{ do: "tick", times: 1 }, tell, ...strike], { table });
    expect(wrong.join()).toContain("never told");
  });

  test("if a clock that was ahead were believed", async () => {
    const table = withProgress((at) => Math.min(at, history.now()));
    const ahead: Action = { do: "astray", ms: 40 * 86_400_000, back: false, all: [{ do: "tick", times: 1 }] };
    expect((await history.run("2026-03-27", [tell, ahead, ...strike])).wrong).toEqual([]);
    expect((await history.run("2026-03-27", [tell, ahead, ...strike], { table })).wrong.join()).toContain("never told");
  });

  test("if what was read were not looked at", async () => {
    const table = {
      ...history.table,
      get: async (key: { sk: string }) => (key.sk === "#inbox" ? undefined : history.table.get(key as never)),
    } as typeof history.table;
    const { wrong } = await history.run("2026-03-27", [tell, { do: "read", reader: 0 }, ...strike], { table });
    expect(wrong.join()).toContain("was read");
  });

  test("if the zone were that of yesterday", async () => {
    const table = {
      ...history.table,
      get: async (key: { pk: string; sk: string }) => {
        const row = await history.table.get(key);
        return key.sk === "#profile" && row ? { ...(row as object), zone: "UTC" } : row;
      },
    } as typeof history.table;
    const moved: Action = { do: "zone", reader: 0, zone: 6 };
    const steps: Action[] = [tell, { do: "pass", ms: 60_000 }, moved, { do: "pass", ms: 60_000 }];
    const at: Action[] = [{ do: "utcEight" }, { do: "tick", times: 1 }, { do: "mail", twice: false }];
    const { wrong } = await history.run("2026-03-27", [...steps, ...at], { table });
    expect(wrong.join()).toContain("not at eight");
  });
});
