// Makes small changes in a copy of the tree, one at a time, and expects a test to fail.
// Those of mutants.json each remove one control, and name the test that must fail:
//   npx tsx local/testing/mutants.ts              all of them
//   npx tsx local/testing/mutants.ts --sample 6   a few, by a new seed that is printed; --seed N repeats it
//   npx tsx local/testing/mutants.ts --part 1/3   a third of them, to run several at once
//   npx tsx local/testing/mutants.ts --only text  those whose threat or file contains the text; can be repeated
// Others are found in the code, and run with the tests beside it; what lives is printed, and is no failure:
//   npx tsx local/testing/mutants.ts --random 40 --under core/team   of one folder or file; --seed N repeats it
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openTree, type Result, root } from "./mutant-tree.ts";
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
    part: { type: "string" },
    only: { type: "string", multiple: true },
    random: { type: "string" },
    under: { type: "string" },
  },
});
const all = JSON.parse(readFileSync(join(root, "mutants.json"), "utf8")) as Mutant[];
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const untouched = new Map<string, Result>();
const tree = openTree();
try {
  await (values.random ? runRandom(Number(values.random), values.under ?? "core") : runNamed(choose()));
} finally {
  tree.remove();
}

async function runNamed(mutants: Mutant[]): Promise<void> {
  let failed = 0;
  for (const mutant of mutants) {
    const problem = (await unsound(mutant.tests)) ?? (await problemOf(mutant));
    if (problem) failed++;
    say(`${problem ? "FAIL" : "ok  "} ${mutant.threat} (${mutant.file})${problem ? `: ${problem}` : ""}`);
  }
  say(`${mutants.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** A test that fails without any change cannot detect a mutant. Each file is tried once. */
async function unsound(files: readonly string[]): Promise<string | undefined> {
  for (const file of files) {
    if (!untouched.has(file)) untouched.set(file, await tree.test([file], "unchanged"));
    if (untouched.get(file)?.is !== "survived") return `${file} fails without any change`;
  }
  return undefined;
}

/** Returns what is wrong with a mutant, or nothing if a test detects it; a run that never ends has detected it. */
async function problemOf({ file, find, replace, tests }: Mutant): Promise<string | undefined> {
  const times = readFileSync(join(root, file), "utf8").split(find).length - 1;
  if (times !== 1) return `the file holds the control ${times} times, not once: ${find}`;
  const result = await tree.changed(
    file,
    (text) => text.replace(find, () => replace),
    () => tree.test(tests),
  );
  if (result.is === "survived") return `no test of ${tests.join(" ")} detects it`;
  return result.is === "broken" ? "the tests do not even start, so none of them has detected it" : undefined;
}

/** Draws changes of the code, and says of each whether the tests of its file detect it. */
async function runRandom(count: number, under: string): Promise<void> {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  const files = listed.split("\n").filter((file) => /\.tsx?$/.test(file));
  const tests = files.filter((file) => file.endsWith(".test.ts"));
  const modules = files.filter((file) => isUnder(file, under) && !/\.(test|testing|types|e2e)\.tsx?$/.test(file));
  const found = modules.flatMap((file) => mutationsIn(file, readFileSync(join(root, file), "utf8")));
  const drawn = drawnFrom(found, count, seed);
  say(`${drawn.length} of ${found.length} changes under ${under}, seed ${seed}.`);
  const counts = new Map<string, number>();
  for (const mutation of drawn) {
    const outcome = await outcomeOf(mutation, testsOf(mutation.file, tests, all));
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    say(`${outcome.padEnd(8)} ${mutation.file}:${mutation.line}  ${shown(mutation.from)} → ${shown(mutation.to)}`);
  }
  say([...counts].map(([outcome, times]) => `${times} ${outcome}`).join(", "));
}

function isUnder(file: string, under: string): boolean {
  return file === under || file.startsWith(`${under.replace(/\/$/, "")}/`);
}

/** What lives in all tests may still be refused by the compiler, which `npm test` runs too. */
async function outcomeOf(mutation: Mutation, tests: ReturnType<typeof testsOf>): Promise<string> {
  const result = await tree.changed(
    mutation.file,
    (text) => mutate(text, mutation),
    async () => {
      const all = [tests.first, tests.others].filter(({ length }) => length > 0);
      if (all.length === 0) return "untested";
      for (const some of all) {
        const tested = await tree.test(some);
        if (tested.is === "broken") return (await unsound(some)) || "killed";
        if (tested.is !== "survived") return tested;
      }
      return (await tree.compiles()) ? "lived" : "refused";
    },
  );
  if (typeof result === "string") return result;
  if (result.is === "endless") return "timeout";
  return (result.is === "caught" && (await unsound(result.by))) || "killed";
}

/** The beginning of a change, on one line. */
function shown(text: string): string {
  const line = text.replace(/\s+/g, " ").trim() || "nothing";
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function choose(): Mutant[] {
  const { only, part, sample } = values;
  if (part) {
    const [own = 1, parts = 1] = part.split("/").map(Number);
    // those of one test file stay together, since it is first run without a mutant
    const files = [...new Set(all.map(({ tests: [file] }) => file))];
    return all.filter(({ tests: [file] }) => files.indexOf(file) % parts === own - 1);
  }
  if (only) return all.filter(({ threat, file }) => only.some((text) => threat.includes(text) || file.includes(text)));
  if (!sample) return all;
  say(`A sample of ${sample} from ${all.length} mutants, seed ${seed}.`);
  return drawnFrom(all, Number(sample), seed);
}
