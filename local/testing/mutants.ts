// Takes out what the code does against a threat, one place at a time, and expects a test to fail. The places are those
// whose comments say "// threat: …":
//   npx tsx local/testing/mutants.ts              all of them
//   npx tsx local/testing/mutants.ts --sample 6   a few, the same for the same code; --seed N tries others
//   npx tsx local/testing/mutants.ts --only text  those whose threat or file contains the text; can be repeated
//   npx tsx local/testing/mutants.ts --list       prints them, with their places
// Other changes are found in the code, and run with the tests beside it; what lives is printed, and is no failure:
//   npx tsx local/testing/mutants.ts --random 40 --under core/team   of one folder or file; --seed N repeats it
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readModuleGraph } from "./module-graph.ts";
import { type Change, testTogether } from "./mutant-run.ts";
import { openTree, type Result, root, type Tree } from "./mutant-tree.ts";
import { drawnFrom, type Mutation, mutate, mutationsIn, testsOf } from "./mutations.ts";
import { canHaveGuards, type Guard, guardsIn } from "./threats.ts";

const say = (line: string) => process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    sample: { type: "string" },
    seed: { type: "string" },
    only: { type: "string", multiple: true },
    list: { type: "boolean" },
    random: { type: "string" },
    under: { type: "string", multiple: true, default: ["core"] },
  },
});
// the usual tests must detect a change; the deep ones take an hour for each
delete process.env["MUSTER_DEEP"];
const elsewhere = JSON.parse(readFileSync(join(root, "local/testing/tests-of.json"), "utf8")) as {
  [file: string]: string[];
};
const files = readModuleGraph(root).files.filter((file) => /\.tsx?$/.test(file));
const tests = files.filter((file) => file.endsWith(".test.ts"));
const modules = files.filter(canHaveGuards);
const textOf = (file: string) => readFileSync(join(root, file), "utf8");
const all = modules.flatMap((file) => guardsIn(file, textOf(file)));
const seed = Number(values.seed ?? seedOfCode());
const untouched = new Map<string, Result>();
/** Only what no test detects at once needs it. */
let opened: Tree | undefined;
const tree = () => (opened ??= openTree());
try {
  if (values.list) for (const guard of choose()) for (const threat of guard.threats) say(placed(threat, guard));
  else await (values.random ? runRandom(Number(values.random), values.under) : runGuards(choose()));
} finally {
  opened?.remove();
}

/** A run of the same code tries the same guards, so that a failure can be repeated; each change of the code tries others. */
function seedOfCode(): number {
  const hash = createHash("sha256");
  for (const file of new Set(all.map(({ file }) => file))) hash.update(textOf(file));
  return hash.digest().readUInt32BE();
}

type Trial = {
  guard: Guard;
  tests: ReturnType<typeof testsOf>;
  /** The changes that no test has detected yet. */
  left: Set<Mutation>;
  /** The reason that its tests can detect nothing. */
  problem?: string;
};

/** A guard with several threats needs as many removals that a test detects. */
function neededBy({ guard, left }: Trial): number {
  return guard.threats.length - (guard.removals.length - left.size);
}

function placed(threat: string, { file, line }: Guard): string {
  return `${threat} (${file}:${line})`;
}

async function runGuards(guards: readonly Guard[]): Promise<void> {
  if (guards.length === 0) throw new Error("No guard has such a threat.");
  const trials = guards.map(
    (guard): Trial => ({ guard, tests: testsOf(guard.file, tests, elsewhere), left: new Set(guard.removals) }),
  );
  const open = () => trials.filter((trial) => neededBy(trial) > 0);
  await tryTogether(open(), ({ guard }) => guard.removals.slice(0, guard.threats.length), "first");
  await tryTogether(open(), ({ guard }) => guard.removals.slice(guard.threats.length), "first");
  await tryTogether(open(), ({ left }) => [...left], "others");
  for (const trial of open()) await tryAlone(trial);
  const failed = open().flatMap(({ guard, left, problem }) => {
    const detected = `${guard.removals.length - left.size} of ${guard.threats.length} removals are detected`;
    return guard.threats.map((threat) => `FAIL ${placed(threat, guard)}: ${problem ?? detected}`);
  });
  for (const line of failed) say(line);
  say(`${guards.flatMap(({ threats }) => threats).length - failed.length} passed, ${failed.length} failed`);
  process.exitCode = failed.length > 0 ? 1 : 0;
}

/** Takes note of a removal that a test has detected. */
function take(trial: Trial, mutation: Mutation): void {
  const { guard, left } = trial;
  left.delete(mutation);
  if (neededBy(trial) === 0) for (const threat of guard.threats) say(`ok   ${placed(threat, guard)}`);
}

/** Tries some removals of each guard in one run. */
async function tryTogether(
  trials: readonly Trial[],
  some: (trial: Trial) => readonly Mutation[],
  which: "first" | "others",
): Promise<void> {
  const changes = new Map<Change, () => void>();
  for (const trial of trials) {
    for (const mutation of some(trial)) {
      changes.set(changeOf(mutation, trial.tests[which]), () => take(trial, mutation));
    }
  }
  await testTogether([...changes.keys()], (change) => changes.get(change)?.());
}

/** Tries tests that start another process on the changes that no test in one process has detected. */
async function tryAlone(trial: Trial): Promise<void> {
  const { first } = trial.tests;
  const problem = first.length === 0 ? "it has no test of its own" : await unsound(first);
  if (problem) {
    trial.problem = problem;
    return;
  }
  for (const mutation of trial.left) {
    if (await isDetected(changeOf(mutation, first))) take(trial, mutation);
    if (neededBy(trial) <= 0) return;
  }
}

function changeOf(mutation: Mutation, some: readonly string[]): Change {
  return { file: mutation.file, text: (text) => mutate(text, mutation), tests: some };
}

/** A test that fails without any change cannot detect a mutant. Each file is tried once. */
async function unsound(some: readonly string[]): Promise<string | undefined> {
  for (const file of some) {
    if (!untouched.has(file)) untouched.set(file, await tree().test([file], "unchanged"));
    if (untouched.get(file)?.is !== "survived") return `${file} fails without any change`;
  }
  return undefined;
}

/** Returns whether a test detects a change; a run that never ends has detected it. */
async function isDetected({ file, text, tests: some }: Change): Promise<boolean> {
  const { is } = await tree().changed(file, text, () => tree().test(some));
  return is === "caught" || is === "endless";
}

/** Draws changes of the code, and says of each whether the tests of its file detect it. */
async function runRandom(count: number, under: readonly string[]): Promise<void> {
  const found = modules
    .filter((file) => under.some((folder) => isUnder(file, folder)))
    .flatMap((file) => mutationsIn(file, textOf(file)));
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
      mutations.set(changeOf(mutation, testsOf(mutation.file, tests, elsewhere)[which]), mutation);
    }
    await testTogether([...mutations.keys()], (change, { is }) =>
      report(mutations.get(change) as Mutation, is === "endless" ? "timeout" : "killed"),
    );
  }
  for (const mutation of left) report(mutation, await outcomeOf(mutation, testsOf(mutation.file, tests, elsewhere)));
  say([...counts].map(([outcome, times]) => `${times} ${outcome}`).join(", "));
}

function isUnder(file: string, under: string): boolean {
  return file === under || file.startsWith(`${under.replace(/\/$/, "")}/`);
}

/**
 * Asks the compiler, which `npm test` runs too, and the file's own tests that start another process. No test in one
 * process has detected the change.
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

function choose(): readonly Guard[] {
  const { only, sample } = values;
  if (only) {
    return all.filter(({ threats, file }) => only.some((text) => [file, ...threats].some((one) => one.includes(text))));
  }
  if (!sample) return all;
  say(`A sample of ${sample} from ${all.length} guards, seed ${seed}.`);
  return drawnFrom(all, Number(sample), seed);
}
