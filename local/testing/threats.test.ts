import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript-api";
import { expect, test } from "vitest";
import { readModuleGraph } from "./module-graph.ts";
import { drawnFrom, mutate } from "./mutations.ts";
import { canHaveGuards, guardsIn, mark } from "./threats.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

/** Lists the removals after a mark, as "before → after" of the changed place. */
function removals(...lines: string[]): string[] {
  const [guard] = guardsIn("core/x/x.ts", lines.join("\n"));
  return guard?.removals.map(({ from, to }) => `${from} → ${to}`) ?? [];
}

function isParsed(fileName: string, text: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(text, { fileName, reportDiagnostics: true });
  return diagnostics.length === 0;
}

test("a guard is what begins below its threats, which can be several", () => {
  const text = [
    "const a = 1;",
    "// why it is so",
    "// threat: a code works twice",
    "// threat: a code works for somebody else",
    "if (isUsed(code)) throw used();",
    "  // threat: a limit is missing",
    "check(limit);",
  ].join("\n");
  expect(guardsIn("core/x/x.ts", text)).toMatchObject([
    { file: "core/x/x.ts", line: 5, threats: ["a code works twice", "a code works for somebody else"] },
    { line: 7, threats: ["a limit is missing"] },
  ]);
});

test("a guard is found through its document", () => {
  const text = ["// threat: a name is too long", "/** Reads 3. */", "export const most = 7;"];
  expect(guardsIn("core/x/x.ts", text.join("\n"))).toMatchObject([{ line: 3, threats: ["a name is too long"] }]);
});

test("a statement is taken out, and a condition or one of its parts", () => {
  expect(removals("// threat: t", "await check(a);")).toEqual(["await check(a); → {}", "check(a) → (a)"]);
  expect(removals("// threat: t", "if (a && b) throw c;")).toEqual([
    "if (a && b) throw c; → {}",
    "a && b → (a)",
    "a && b → (b)",
  ]);
  expect(removals("// threat: t", "if (a < b || !c) throw d;")).not.toContain("a < b → true");
  expect(removals("// threat: t", "if (a < b || !c) throw d;")).toEqual(
    expect.arrayContaining(["a < b || !c → (a < b)", "a < b || !c → (!c)", "a < b → false", "!c → false"]),
  );
  expect(removals("// threat: t", "if (a) b(); else c();")).toEqual(
    expect.arrayContaining(["if (a) b(); else c(); → b();", "if (a) b(); else c(); → c();"]),
  );
});

test("what is nearer to a condition is tried first", () => {
  expect(removals("// threat: t", "write(put(key, row, when(all(a(), b()), taken)));").slice(0, 4)).toEqual([
    ", when(all(a(), b()), taken) → ",
    "a(),  → ",
    ", b() → ",
    "write(put(key, row, when(all(a(), b()), taken))); → {}",
  ]);
});

test("a part of a list or of a condition is taken out with what separates it", () => {
  const marked = (...around: string[]) => removals(...around)[0];
  expect(marked("write(", "a,", "// threat: t", "b)")).toBe(",\n// threat: t\nb → ");
  expect(marked("write([", "// threat: t", "a,", "b])")).toBe("a,\n → ");
  expect(marked("const x = {", "// threat: t", "a: 1,", "b };")).toBe("a: 1,\n → ");
  expect(marked("f(", "// threat: t", "a,", ")")).toBe("a, → ");
  expect(marked("const x = {", "// threat: t", "a: 1,", "};")).toBe("a: 1, → ");
  expect(marked("const x = (", "// threat: t", "a &&", "b && c);")).toBe("a &&\nb → (b)");
  expect(marked("const x = a &&", "// threat: t", "b;")).toBe("a &&\n// threat: t\nb → (a)");
});

test("a value is replaced by others", () => {
  expect(removals("// threat: t", "const x = a ? b : c;")).toEqual(["a ? b : c → (b)", "a ? b : c → (c)"]);
  expect(removals("// threat: t", "const x = a < b;")).toEqual(["a < b → true", "a < b → false"]);
  expect(removals("// threat: t", "const x = !a;")).toEqual(["!a → true", "!a → false"]);
  expect(removals("// threat: t", "const x = 5;")).toEqual(["5 → 0", "5 → 1e6"]);
  expect(removals("// threat: t", "const x = a.filter((b) => c);")).toEqual(
    expect.arrayContaining(["a.filter((b) => c) → (a)"]),
  );
  expect(removals("const x = { a: owners,", "// threat: t", "b: admins, c: owners };")).toContain("admins → owners");
});

test("statements inside a guard have guards of their own", () => {
  const text = ["// threat: t", "const x = list.map((one) => {", "  if (one) return 1;", "  return 2;", "});"];
  expect(removals(...text).filter((removal) => removal.includes("1e6"))).toEqual([]);
});

test("each threat of the repository has something to take out, and is named once", () => {
  const files = readModuleGraph(root).files.filter((file) => /(?<!\.test)\.tsx?$/.test(file));
  const guards = files.filter(canHaveGuards).flatMap((file) => guardsIn(file, read(file)));
  expect(guards.length).toBeGreaterThan(1_000);
  const lost = (file: string, line: string) => !canHaveGuards(file) || !`${line}\n`.match(mark);
  const misspelled = files
    .filter((file) => !file.startsWith("local/testing/"))
    .flatMap((file) =>
      read(file)
        .split("\n")
        .filter((line) => /[*/]\s*threats?:/i.test(line) && lost(file, line)),
    );
  expect(misspelled).toEqual([]);
  const broken = drawnFrom(guards, 100, 1).flatMap(({ file, removals: ways }) =>
    ways
      .filter((removal) => !isParsed(file, mutate(read(file), removal)))
      .map(({ from, to }) => `${file}: ${from} → ${to}`),
  );
  expect(broken).toEqual([]);
  const few = guards.filter(({ threats, removals: ways }) => ways.length < threats.length);
  expect(few.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
  const named = guards.flatMap(({ threats }) => threats);
  expect(named.filter((threat, at) => named.indexOf(threat) !== at)).toEqual([]);
});

test("tests-of.json names modules and tests that are there", () => {
  const named = JSON.parse(read("local/testing/tests-of.json")) as { [file: string]: string[] };
  const paths = Object.entries(named).flat(2);
  expect(paths.filter((path) => !existsSync(`${root}${path}`))).toEqual([]);
});
