import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const isDeep = process.env["MUSTER_DEEP"] !== undefined;
// the workers inherit it
process.env["MUSTER_SEED"] ??= String(isDeep ? randomInt(2 ** 31) : 20_261_130);

/** For what hangs: a machine that is slow, or busy with something else, is not wrong. */
const patienceMs = isDeep ? 3_600_000 : 600_000;

export default defineConfig({
  test: {
    include: ["{clients,core,functions,local,stacks,web}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // one more than there are cores: some files wait for other processes
    maxWorkers: availableParallelism() + 1,
    // a worker keeps its modules from one file to the next: importing them again for each costs more than most files
    isolate: false,
    // room for what tests make and drop at once: collecting it more often costs a tenth of the run
    execArgv: ["--max-semi-space-size=64", "--min-semi-space-size=64"],
    setupFiles: ["local/testing/setup.ts"],
    testTimeout: patienceMs,
    hookTimeout: patienceMs,
    expect: { poll: { timeout: 0.9 * patienceMs, interval: 20 } },
    reporters: ["default"],
  },
});
