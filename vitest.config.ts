import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{clients,core,functions,local,stacks,web}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // tests also wait: for time to pass, for processes that they start and end
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // a worker keeps its modules from one file to the next: importing them again for each costs more than most files
    isolate: false,
    setupFiles: ["local/testing/setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // a machine under load is slow, not wrong
    expect: { poll: { timeout: 15_000 } },
    reporters: ["default"],
  },
});
