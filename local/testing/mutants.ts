// Makes small changes of the code, one at a time, and expects a test to fail.
// Those of mutants.json each remove one control, and name the test that must fail:
//   npx tsx local/testing/mutants.ts              all of them
//   npx tsx local/testing/mutants.ts --sample 6   a few, the same for the same code; --seed N tries others
//   npx tsx local/testing/mutants.ts --only text  those whose threat or file contains the text; can be repeated
// Others are found in the code, and run with the tests beside it; what lives is printed, and is no failure:
//   npx tsx local/testing/mutants.ts --random 40 --under core/team   of one folder or file; --seed N repeats it
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readModuleGraph } from "./module-graph.ts";
import { type Change, testTogether } from "./mutant-run.ts";
import { openTree, type Result, root, type Tree } from "./mutant-tree.ts";
import { drawnFrom, type Mutation, mutate, mutationsIn, testsOf } from "./mutations.ts";

type Mutant = {
  /** What could happen without the control. */
  threat: string;
  file: string;
  /** The control as it is in the file, exactly once, and its replacement. */
  find: string;
  replace: string;
  /** Test files, one of which must fail. */
  tests: string[];
};

const say = (line: string) => process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    sample: { type: "string" },
    seed: { type: "string" },
    only: { type: "string", multiple: true },
    random: { type: "string" },
    under: { type: "string", multiple: true, default: ["core"] },
  },
});
// the usual tests must detect a change; the deep ones take an hour for each
delete process.env["MUSTER_DEEP"];
const all = JSON.parse(readFileSync(join(root, "mutants.json"), "utf8")) as Mutant[];
const seed = Number(values.seed ?? seedOfCode());
const untouched = new Map<string, Result>();
/** Only what no test detects at once needs it. */
let opened: Tree | undefined;
const tree = () => (opened ??= openTree());
try {
  await (values.random ? runRandom(Number(values.random), values.under) : runNamed(choose()));
} finally {
  opened?.remove();
}

/** A run of the same code tries the same mutants, so that a failure can be repeated; each change of the code tries others. */
function seedOfCode(): number {
  const hash = createHash("sha256");
  const files = new Set(all.flatMap(({ file, tests }) => [file, ...tests]));
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest().readUInt32BE();
}

async function runNamed(mutants: Mutant[]): Promise<void> {
  let failed = 0;
  const report = ({ threat, file }: Mutant, problem?: string) => {
    if (problem) failed++;
    say(`${problem ? "FAIL" : "ok  "} ${threat} (${file})${problem ? `: ${problem}` : ""}`);
  };
  const left = new Map<Change, Mutant>();
  for (const mutant of mutants) {
    const { file, find, replace, tests } = mutant;
    const times = readFileSync(join(root, file), "utf8").split(find).length - 1;
    if (times === 1) left.set({ file, text: (text) => text.replace(find, () => replace), tests }, mutant);
    else report(mutant, `the file holds the control ${times} times, not once: ${find}`);
  }
  await testTogether([...left.keys()], (change) => {
    report(left.get(change) as Mutant);
    left.delete(change);
  });
  for (const [change, mutant] of left) {
    report(mutant, (await unsound(change.tests)) ?? (await problemOf(change)));
  }
  say(`${mutants.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** A test that fails without any change cannot detect a mutant. Each file is tried once. */
async function unsound(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    if (!untouched.has(file)) untouched.set(file, await tree().test([file], "unchanged"));
    if (untouched.get(file)?.is !== "survived") return `${file} fails without any change`;
  }
  return undefined;
}

/** Returns what is wrong with a mutant, or nothing if a test detects it; a run that never ends has detected it. */
async function problemOf({ file, text, tests }: Change): Promise<string | undefined> {
  const result = await tree().changed(file, text, () => tree().test(tests));
  if (result.is === "survived") return `no test of ${tests.join(" ")} detects it`;
  return result.is === "broken" ? "the tests do not even start, so none of them has detected it" : undefined;
}

/** Draws changes of the code, and says of each whether the tests of its file detect it. */
async function runRandom(count: number, under: readonly string[]): Promise<void> {
  const files = readModuleGraph(root).files.filter((file) => /\.tsx?$/.test(file));
  const tests = files.filter((file) => file.endsWith(".test.ts"));
  const modules = files.filter(
    (file) => under.some((folder) => isUnder(file, folder)) && !/\.(test|testing|types|e2e)\.tsx?$/.test(file),
  );
  const found = modules.flatMap((file) => mutationsIn(file, readFileSync(join(root, file), "utf8")));
  const drawn = drawnFrom(found, count, seed);
  say(`${drawn.length} of ${found.length} changes under ${under.join(", ")}, seed ${seed}.`);
  const counts = new Map<string, number>();
  const left = new Set(drawn);
  const report = (mutation: Mutation, outcome: string) => {
    left.delete(mutation);
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    say(`${outcome.padEnd(8)} ${mutation.file}:${mutation.line}  ${shown(mutation.from)} → ${shown(mutation.to)}`);
  };
  for (const which of ["first", "others"] as const) {
    const mutations = new Map<Change, Mutation>();
    for (const mutation of left) {
      const { [which]: named } = testsOf(mutation.file, tests, all);
      mutations.set({ file: mutation.file, text: (text) => mutate(text, mutation), tests: named }, mutation);
    }
    await testTogether([...mutations.keys()], (change, { is }) =>
      report(mutations.get(change) as Mutation, is === "endless" ? "timeout" : "killed"),
    );
  }
  for (const mutation of left) report(mutation, await outcomeOf(mutation, testsOf(mutation.file, tests, all)));
  say([...counts].map(([outcome, times]) => `${times} ${outcome}`).join(", "));
}

function isUnder(file: string, under: string): boolean {
  return file === under || file.startsWith(`${under.replace(/\/$/, "")}/`);
}

/**
 * What no test in one process detects may be refused by the compiler, which `npm test` runs too, or be detected by a
 * test that starts another process; of these the own tests of the file are asked.
 */
async function outcomeOf(mutation: Mutation, { first, others }: ReturnType<typeof testsOf>): Promise<string> {
  if (first.length + others.length === 0) return "untested";
  return await tree().changed(
    mutation.file,
    (text) => mutate(text, mutation),
    async () => {
      if (!(await tree().compiles())) return "refused";
      const result: Result = first.length > 0 ? await tree().test(first) : { is: "survived" };
      if (result.is === "endless") return "timeout";
      return result.is === "survived" ? "lived" : ((await unsound(first)) ?? "killed");
    },
  );
}

/** The beginning of a change, on one line. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim() || "nothing";
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function choose(): Mutant[] {
  const { only, sample } = values;
  if (only) return all.filter(({ threat, file }) => only.some((text) => threat.includes(text) || file.includes(text)));
  if (!sample) return all;
  say(`A sample of ${sample} from ${all.length} mutants, seed ${seed}.`);
  return drawnFrom(all, Number(sample), seed);
}
