import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, TestCase, TestModule, TestSpecification } from "vitest/node";
import { isDeep, seed } from "./random.ts";

/** Between two lines about the progress. */
const everyMs = 30_000;

/**
 * Ends a run with the lines that the test script reads: `FAIL …` for each failure, and `N passed, N failed, N skipped`.
 * Writes how long each file took, in ms, to the path in MUSTER_TIMES.
 */
export default class PlainReporter implements Reporter {
  #files = 0;
  #ended = 0;
  #saidAt = Date.now();

  onTestRunStart(specifications: readonly TestSpecification[]) {
    this.#files = specifications.length;
  }

  onTestModuleEnd() {
    this.#ended++;
    if (Date.now() - this.#saidAt < everyMs) return;
    this.#saidAt = Date.now();
    say(`… ${this.#ended} of ${this.#files} files`);
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const hasFailed = (test: TestCase) => test.result().state === "failed";
    // it does not load, or fails before its first test
    const broken = modules.filter((one) => one.state() === "failed" && ![...one.children.allTests()].some(hasFailed));
    for (const module of broken) say(`FAIL ${nameOf(module)}`);
    for (const test of tests) {
      if (hasFailed(test)) say(`FAIL ${nameOf(test.module)} › ${test.fullName}`);
    }
    const file = process.env.MUSTER_TIMES;
    if (file) writeFileSync(file, JSON.stringify(Object.fromEntries(modules.map((one) => [nameOf(one), timeOf(one)]))));
    if (isDeep) say(`MUSTER_SEED=${seed} repeats this run`);
    say(
      `${count("passed")} passed, ${count("failed") + broken.length + errors.length} failed, ${count("skipped")} skipped`,
    );
  }
}

const nameOf = ({ moduleId }: TestModule) => relative(process.cwd(), moduleId);

function timeOf(module: TestModule): number {
  const { collectDuration, duration, setupDuration } = module.diagnostic();
  return Math.round(collectDuration + duration + setupDuration);
}

function say(line: string) {
  process.stdout.write(`${line}\n`);
}
