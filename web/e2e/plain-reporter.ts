import type { FullResult, Reporter, Suite, TestError } from "@playwright/test/reporter";

/** Ends the run with the line that the test script reads: `N passed, N failed`, after the names of skipped tests. */
export default class PlainReporter implements Reporter {
  #suite: Suite | undefined;
  #errors = 0;

  onBegin(_config: unknown, suite: Suite) {
    this.#suite = suite;
  }

  /** Reports errors outside every test, such as a server that does not start. */
  onError(_error: TestError) {
    this.#errors += 1;
  }

  onEnd(_result: FullResult) {
    const outcomes = this.#suite?.allTests().map((test) => test.outcome()) ?? [];
    const passed = outcomes.filter((outcome) => outcome === "expected" || outcome === "flaky").length;
    const skipped = outcomes.filter((outcome) => outcome === "skipped").length;
    const failed = outcomes.filter((outcome) => outcome === "unexpected").length + this.#errors;
    if (skipped > 0) {
      process.stdout.write(`${skipped} skipped\n`);
    }
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
  }

  printsToStdio() {
    return false;
  }
}
