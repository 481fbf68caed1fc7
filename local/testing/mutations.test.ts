import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript-api";
import { describe, expect, test } from "vitest";
import { drawnFrom, mutate, mutationsIn, testsOf } from "./mutations.ts";
import { depth } from "./random.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** The changes of a text, as "before → after" of the changed place. */
const changesOf = (text: string) => mutationsIn("core/x/x.ts", text).map(({ from, to }) => `${from} → ${to}`);

describe("a text is changed", () => {
  test("at each logical operator and comparison", () => {
    expect(changesOf("const a = (b && c) || d;")).toEqual(["&& → ||", "|| → &&"]);
    expect(changesOf("const a = [b < c, b <= c, b > c, b >= c, b === c, b !== c];")).toEqual([
      "< → <=",
      "<= → <",
      "> → >=",
      ">= → >",
      "=== → !==",
      "!== → ===",
    ]);
  });

  test("by removing a call that is a statement, with or without await", () => {
    expect(changesOf("check(a);")).toEqual(["check(a); → {}"]);
    expect(changesOf("await check(a);")).toEqual(["await check(a); → {}"]);
    expect(changesOf("const a = check(b);")).toEqual([]);
  });

  test("by removing a condition that only returns, throws or goes on", () => {
    expect(changesOf("if (a) throw b;")).toEqual(["if (a) throw b; → {}"]);
    expect(changesOf("for (const a of b) if (a) continue;")).toEqual(["if (a) continue; → {}"]);
    expect(changesOf("function f() { if (a) { return; } }")).toEqual(["if (a) { return; } → {}"]);
    expect(changesOf("if (a) throw b; else c = d;")).toEqual([]);
  });

  test("by removing the guard of a step, and one condition of several", () => {
    expect(changesOf("const a = put(key, row, when(absent, b));")).toEqual([", when(absent, b) → "]);
    expect(changesOf("const a = all(b, c(d));")).toEqual(["b,  → ", ", c(d) → "]);
    expect(changesOf("const a = all(b);")).toEqual([]);
  });

  test("at each number, by one", () => {
    expect(changesOf("const a = 7;")).toEqual(["7 → 8", "7 → 6"]);
    expect(changesOf("const a = -0;")).toEqual(["0 → 1", "0 → (-1)"]);
    expect(changesOf("const a = 10_000;")).toEqual(["10_000 → 10001", "10_000 → 9999"]);
  });

  test("by dropping a filter or an order, but never an await", () => {
    expect(changesOf("const a = b.filter(c);")).toEqual([".filter(c) → "]);
    expect(changesOf("const a = (await b).toSorted();")).toEqual([".toSorted() → "]);
    expect(changesOf("const a = await b();")).toEqual([]);
  });

  test("never in types, imports, names of fields or comments", () => {
    const text = [
      'import { a } from "./1.ts";',
      'export { b } from "./2.ts";',
      "/** Returns 3 if (a) throw b; */",
      "type C = 4 | { [5]: a };",
      "interface D { e: 6 }",
      "const f: 7 = g as 8;",
      "const h: Record<9, string> = { 10: i };",
    ].join("\n");
    expect(changesOf(text)).toEqual([]);
  });
});

describe("the repository", () => {
  const files = execFileSync("git", ["ls-files", "core"], { cwd: root, encoding: "utf8" })
    .split("\n")
    .filter((file) => file.endsWith(".ts") && !/\.(test|testing|types)\.ts$/.test(file));
  /** Parsing all takes seconds. */
  const sample = files.filter((_, n) => n % depth(8, 1) === 0);
  const texts = new Map(sample.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const all = [...texts].flatMap(([file, text]) => mutationsIn(file, text));

  test("has many mutants, and the same seed draws the same ones", () => {
    expect(all.length).toBeGreaterThan(depth(700, 5_000));
    expect(drawnFrom(all, 20, 1)).toEqual(drawnFrom(all, 20, 1));
    expect(drawnFrom(all, 20, 1)).not.toEqual(drawnFrom(all, 20, 2));
    expect(new Set(drawnFrom(all, 20, 1)).size).toBe(20);
  });

  test("can be parsed with each of them", () => {
    const wrong = drawnFrom(all, depth(25, 100), 1).filter((mutation) => {
      const changed = mutate(texts.get(mutation.file) ?? "", mutation);
      const { diagnostics = [] } = ts.transpileModule(changed, { reportDiagnostics: true });
      return diagnostics.length > 0 || changed === texts.get(mutation.file);
    });
    expect(wrong).toEqual([]);
  });

  test("tells where a change is", () => {
    const [first] = mutationsIn("core/x/x.ts", "a;\n\nconst b = 1;");
    expect(first).toMatchObject({ file: "core/x/x.ts", line: 3 });
  });
});

test("the tests of a file are its own, those of tests-of.json, and those beside it", () => {
  const tests = ["core/x/x.test.ts", "core/x/y.test.ts", "core/z/z.test.ts", "functions/api/x.test.ts"];
  const elsewhere = {
    "core/x/x.ts": ["functions/api/x.test.ts"],
    "core/x/w.ts": ["core/z/z.test.ts", "core/x/y.test.ts"],
  };
  expect(testsOf("core/x/x.ts", tests, elsewhere)).toEqual({
    first: ["core/x/x.test.ts", "functions/api/x.test.ts"],
    others: ["core/x/y.test.ts"],
  });
  expect(testsOf("core/x/w.ts", tests, elsewhere)).toEqual({
    first: ["core/z/z.test.ts", "core/x/y.test.ts"],
    others: ["core/x/x.test.ts"],
  });
});
