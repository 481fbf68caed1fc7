import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { minuteMs } from "@muster/core/base/duration.ts";
import { createVitest, type Reporter, type TestSuite, type Vite } from "vitest/node";
import { readModuleGraph } from "./module-graph.ts";

// Tests many changes of the code in one run, without a copy of the tree. A test file is imported once for each change,
// under a name of its own, as are the modules between the two; all others are shared.

/** A file with another text, and the tests that may detect it. */
export type Change = { file: string; text: (original: string) => string; tests: readonly string[] };
/** The test that detected a change; a loop without end detects itself. */
export type Detected = { by: string; is: "caught" | "endless" };

const root = fileURLToPath(new URL("../..", import.meta.url));
const setup = "local/testing/setup.ts";
/** A test that waits as long has detected the change. */
const testPatienceMs = minuteMs;
/** So many share a worker, so that all cores have work to the end. */
const maxPerRun = 40;
/** Without a change, before the others and after them: if one fails, nothing that failed beside it counts. */
const before = "before";
const after = "after";
const query = /\?change=(\w+)$/;

/**
 * Runs the tests of some changes, and tells of each change that a test detected. Of the others nothing is known: a test
 * may run the code in a process of its own, which reads it from the disk.
 * @param stillCpuMs how much CPU an event loop may use without an end: on a busy machine, time says nothing
 */
export async function testTogether(
  changes: readonly Change[],
  tell: (change: Change, what: Detected) => void,
  stillCpuMs = 3 * minuteMs,
): Promise<void> {
  const graph = readModuleGraph(root);
  const byTest = new Map<string, Set<number>>();
  for (const [id, { file, tests }] of changes.entries()) {
    for (const test of tests) {
      if (graph.dependents(file).has(test)) byTest.set(test, (byTest.get(test) ?? new Set()).add(id));
    }
  }
  const detected = new Set<number>();
  const take = (run: Run, id: number, is: Detected["is"]) => {
    const change = changes[id];
    if (change && !detected.has(id)) tell(change, { by: run.test, is });
    detected.add(id);
  };
  const plugin = changesPlugin(changes, (file) => graph.dependents(file));
  let runs: Run[] = [...byTest].flatMap(([test, ids]) =>
    chunks([...ids], maxPerRun).map((some) => ({ test, ids: some })),
  );
  while (runs.length > 0) {
    const left: Run[] = [];
    await runAll(runs, { plugin, stillCpuMs }, ({ run, parts, stuck }) => {
      if (stuck === before || stuck === after) return;
      if (stuck !== undefined) {
        take(run, Number(stuck), "endless");
        // nothing that failed counts before all of the file has run
        const others = run.ids.filter((id) => id !== Number(stuck));
        if (others.length > 0) left.push({ test: run.test, ids: others });
      }
      for (const id of caughtIn(parts)) take(run, id, "caught");
    });
    runs = left;
  }
}

type Run = { test: string; ids: readonly number[] };
/** The result of a file with one change, or with none. */
export type Part = { name: string; state: string; isBroken: boolean };
/** `stuck` is what an event loop stood still at. */
type Ended = { run: Run; parts: readonly Part[]; stuck?: string };

/** Returns the changes that a test detected: none, unless the file passed without a change, before and after them. */
export function caughtIn(parts: readonly Part[]): number[] {
  const hasPassed = (name: string) => parts.some((part) => part.name === name && part.state === "passed");
  if (![before, after].every(hasPassed)) return [];
  return parts.filter(({ state, isBroken }) => state === "failed" && !isBroken).map(({ name }) => Number(name));
}

/** Tells of each file when it has ended, also with its process. */
async function runAll(
  runs: readonly Run[],
  { plugin, stillCpuMs }: { plugin: Vite.Plugin; stillCpuMs: number },
  tell: (ended: Ended) => void,
): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "muster-mutants-")));
  const open = new Map<string, Run>();
  for (const [at, run] of runs.entries()) {
    const path = join(folder, `${at}-${run.test.replaceAll("/", "-")}`);
    writeFileSync(path, textOf(run, { path, stillCpuMs }));
    open.set(path, run);
  }
  const paths = [...open.keys()];
  const reporter: Reporter = {
    // while this process is busy, the end of a file is reported before that of its last suites: their states are there
    onTestModuleEnd({ moduleId, children }) {
      const run = open.get(moduleId);
      if (run) tell({ run, parts: [...children.suites()].map(partOf) });
      open.delete(moduleId);
    },
  };
  const vitest = await createVitest(
    "test",
    {
      root,
      watch: false,
      // what is changed often waits for what never comes
      maxWorkers: 2 * availableParallelism(),
      testTimeout: testPatienceMs,
      hookTimeout: 2 * testPatienceMs,
      reporters: [reporter],
    },
    { plugins: [plugin] },
  );
  try {
    const project = vitest.getRootProject();
    await vitest.runTestSpecifications(paths.map((path) => project.createSpecification(path)));
    for (const [path, run] of open) {
      // a process can also end for want of memory, which says nothing
      if (existsSync(`${path}.stuck`)) tell({ run, parts: [], stuck: readFileSync(`${path}.at`, "utf8") });
    }
  } finally {
    await vitest.close();
    rmSync(folder, { recursive: true });
  }
}

const broken = "the change can be loaded";
const partOf = (suite: TestSuite): Part => ({
  name: suite.name,
  state: suite.state(),
  isBroken: [...suite.children.tests("failed")].some(({ name }) => name === broken),
});

/** A test file that is another one, once for each change; each time until a test fails. */
function textOf({ test, ids }: Run, { path, stillCpuMs }: { path: string; stillCpuMs: number }): string {
  const imported = (file: string) => `await import(${JSON.stringify(`${join(root, file)}?change=`)} + id);`;
  return `
    import { writeFileSync } from "node:fs";
    import { Worker } from "node:worker_threads";
    import { beforeAll, beforeEach, describe, test } from "vitest";
    const beats = new Int32Array(new SharedArrayBuffer(4));
    setInterval(() => Atomics.add(beats, 0, 1), 1_000).unref();
    const watch = ${JSON.stringify(`
      const { workerData } = require("node:worker_threads");
      const cpuMs = () => (({ user, system }) => (user + system) / 1_000)(process.cpuUsage());
      let last = -1;
      let since = 0;
      setInterval(() => {
        const beat = Atomics.load(workerData, 0);
        if (beat !== last) {
          last = beat;
          since = cpuMs();
        } else if (cpuMs() - since >= ${stillCpuMs}) {
          require("node:fs").writeFileSync(${JSON.stringify(`${path}.stuck`)}, "");
          process.kill(process.pid, "SIGKILL");
        }
      }, 1_000);
    `)};
    new Worker(watch, { eval: true, workerData: beats }).unref();
    for (const id of ${JSON.stringify([before, ...ids.map(String), after])}) {
      describe(id, async () => {
        let isDetected = false;
        beforeAll(() => writeFileSync(${JSON.stringify(`${path}.at`)}, id));
        beforeEach(({ skip, onTestFailed }) => {
          if (isDetected) skip();
          onTestFailed(() => { isDetected = true; });
        });
        try {
          ${imported(setup)}
          ${imported(test)}
        } catch (error) {
          test(${JSON.stringify(broken)}, () => { throw error; });
        }
      });
    }
  `;
}

/** Gives each change the modules between it and the test, and the changed one its other text. */
function changesPlugin(changes: readonly Change[], dependents: (file: string) => ReadonlySet<string>): Vite.Plugin {
  const changeOf = (name: string | undefined) => changes[Number(query.exec(name ?? "")?.[1])];
  return {
    name: "muster-changes",
    enforce: "pre",
    async resolveId(source, importer) {
      const mark = query.exec(source)?.[0] ?? query.exec(importer ?? "")?.[0];
      if (mark === undefined) return undefined;
      const found = await this.resolve(source.replace(query, ""), importer?.replace(query, ""), { skipSelf: true });
      const change = changeOf(mark);
      const isOwn = query.test(source) || (change && dependents(change.file).has(found?.id.replace(root, "") ?? ""));
      return found && isOwn ? { ...found, id: `${found.id}${mark}` } : found;
    },
    load(id) {
      const change = changeOf(id);
      const path = id.replace(query, "");
      if (change && path === join(root, change.file)) return change.text(readFileSync(path, "utf8"));
      return undefined;
    },
  };
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size));
}
