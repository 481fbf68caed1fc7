import { expect, test } from "vitest";
import { type Change, caughtIn, type Part, testTogether } from "./mutant-run.ts";

const change = (find: string, replace: string, tests = ["core/money/shape.test.ts"]): Change => ({
  file: "core/money/shape.ts",
  text: (text) => text.replace(find, () => replace),
  tests,
});

test("what a test detects is told, a loop without end too; what none detects, and what cannot be loaded, is not", async () => {
  const changes = {
    harmless: change("zeroDecimal.has(currency)) return 0", "zeroDecimal.has(`${currency}`)) return 0"),
    wrong: change("return 0;", "return 1;"),
    endless: change("const unit =", "for (;;); const unit ="),
    "wrong after one without end": change("? 100 : 1", "? 10 : 1"),
    "not to be loaded": change("const zeroDecimal", "const zero Decimal"),
    "tested in another process": change("return 0;", "return 1;", ["core/architecture.test.ts"]),
  };
  const told: { [name: string]: string } = {};
  const nameOf = (one: Change) => Object.entries(changes).find(([, change]) => change === one)?.[0] ?? "";
  const stillCpuMs = 3_000;
  await testTogether(
    Object.values(changes),
    (one, { is }) => {
      told[nameOf(one)] = is;
    },
    stillCpuMs,
  );
  expect(told).toEqual({ wrong: "caught", endless: "endless", "wrong after one without end": "caught" });
});

test("nothing counts unless the file is known to have passed without a change, before the changes and after them", () => {
  const part = (name: string, state: string, isBroken = false): Part => ({ name, state, isBroken });
  const changed = [part("0", "failed"), part("1", "passed"), part("2", "failed", true), part("3", "failed")];
  const [before, after] = [part("before", "passed"), part("after", "passed")];
  expect(caughtIn([before, ...changed, after])).toEqual([0, 3]);
  for (const state of ["failed", "skipped", "pending"]) {
    expect(caughtIn([before, ...changed, part("after", state)])).toEqual([]);
    expect(caughtIn([part("before", state), ...changed, after])).toEqual([]);
  }
  expect(caughtIn([before, ...changed])).toEqual([]);
  expect(caughtIn([...changed, after])).toEqual([]);
});
