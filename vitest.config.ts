import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,functions,local,stacks,web}/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    maxWorkers: "100%",
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["default"],
  },
});
