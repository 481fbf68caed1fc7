import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import type { Reporter, Suite, TestCase } from "@playwright/test/reporter";

/** Between two lines about the progress. */
const everyMs = 30_000;

/**
 * Ends a run with the lines that the test script reads: `FAIL …` for each failure, and `N passed, N failed, N skipped`.
 * Writes how long the tests of each file took, in ms, to the path in MUSTER_TIMES.
 */
export default class PlainReporter implements Reporter {
  #tests: TestCase[] = [];
  #ended = 0;
  #errors = 0;
  #saidAt = Date.now();

  onBegin(_config: unknown, suite: Suite) {
    this.#tests = suite.allTests();
  }

  onTestEnd() {
    this.#ended += 1;
    if (Date.now() - this.#saidAt < everyMs) return;
    this.#saidAt = Date.now();
    // another reporter writes a dot for each test
    say(`\n… ${this.#ended} of ${this.#tests.length} stories`);
  }

  /** Reports errors outside every test, such as a server that does not start. */
  onError(error: { message?: string }) {
    this.#errors += 1;
    say(`FAIL ${error.message ?? "outside every test"}`);
  }

  onEnd() {
    const having = (...outcomes: string[]) => this.#tests.filter((test) => outcomes.includes(test.outcome()));
    for (const test of having("unexpected")) say(`FAIL ${nameOf(test)} › ${test.title}`);
    const file = process.env["MUSTER_TIMES"];
    if (file !== undefined) writeFileSync(file, JSON.stringify(this.#times()));
    const failed = having("unexpected").length + this.#errors;
    say(`${having("expected", "flaky").length} passed, ${failed} failed, ${having("skipped").length} skipped`);
  }

  #times() {
    const times: Record<string, number> = {};
    for (const test of this.#tests) {
      const took = test.results.reduce((sum, { duration }) => sum + duration, 0);
      times[nameOf(test)] = (times[nameOf(test)] ?? 0) + took;
    }
    return times;
  }

  printsToStdio() {
    return false;
  }
}

const nameOf = ({ location }: TestCase) => relative(process.cwd(), location.file);

function say(line: string) {
  process.stdout.write(`${line}\n`);
}
