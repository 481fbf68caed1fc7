// Runs all checks and tests, first the checks in two lanes, and ends with one line that sums up all runners.
//   npm test            all checks and tests, with a sample of the mutants and crashes
//   npm run test:deep   the same with every mutant and 50 crashes
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { canHaveChromium, chromium } from "./chromium.mjs";

const deep = process.argv.includes("--deep");
const folder = mkdtempSync(join(tmpdir(), "muster-test-"));
const vitestReport = join(folder, "vitest.json");

/** Lanes run in parallel, the steps of a lane in sequence; a step is shown when it has ended. */
const lanes = [
  [
    { name: "web build", run: "npm run build --workspace web -- --logLevel warn" },
    { name: "bundles", run: "npx tsx functions/bundle.ts" },
    { name: "synth", run: "npx tsx stacks/synth.ts" },
    { name: "types", run: "npx tsc --noEmit" },
    { name: "types of the web", run: "npx tsc --noEmit -p web" },
  ],
  [
    { name: "lint", run: "npx oxlint --type-aware --deny-warnings" },
    { name: "format", run: "npx biome ci ." },
  ],
];
/**
 * Each step is a command. `count` reads passed, failed and skipped from its results; otherwise the step counts as one.
 */
const steps = [
  {
    name: "tests",
    run: `npx vitest run --reporter=default --reporter=json --outputFile.json=${vitestReport}`,
    count: countVitest,
  },
  { name: "mutants", run: `npx tsx local/testing/mutants.ts ${deep ? "" : "--sample 2"}`, count: countPlain },
  { name: "browser tests", run: "npx playwright test", count: countPlain, before: chromium, lacks: lackOfChromium },
];

for (const sentence of steps.map(({ lacks }) => lacks?.())) if (sentence) process.stdout.write(`${sentence}\n`);

const total = { passed: 0, failed: 0, skipped: 0 };
const failedSteps = [];
/** Names of what failed, said again at the end: the output above is long. */
const failedTests = [];
await Promise.all(
  lanes.map(async (lane) => {
    for (const step of lane) await take(step, { isShownAtEnd: true });
  }),
);
for (const step of steps) await take(step);
rmSync(folder, { recursive: true, force: true });

if (failedSteps.length > 0) process.stdout.write(`\nFailed: ${failedSteps.join(", ")}\n`);
for (const name of failedTests) process.stdout.write(`  ${name}\n`);
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs a step, shows its output, and adds to the totals. */
async function take(step, { isShownAtEnd = false } = {}) {
  const started = Date.now();
  if (step.lacks?.()) {
    process.stdout.write(`\n── ${step.name}: failed, because they cannot run here\n`);
    total.failed += 1;
    failedSteps.push(step.name);
    return;
  }
  const shown = isShownAtEnd ? [] : undefined;
  const show = (chunk) => void (shown ? shown.push(chunk) : process.stdout.write(chunk));
  show(`\n── ${step.name}: ${step.run}\n`);
  const { code, output } = await prepared(step)
    .then((more) => execute(step.run, { ...process.env, ...(deep && { MUSTER_DEEP: "1" }), ...more }, show))
    .catch((error) => {
      show(`${error.message}\n`);
      return { code: 1, output: "" };
    });
  const counted = step.count?.(output);
  const result = counted ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (code !== 0 && result.failed === 0) result.failed = 1;
  for (const key of Object.keys(total)) total[key] += result[key];
  if (result.failed > 0) failedSteps.push(step.name);
  const seconds = Math.round((Date.now() - started) / 1000);
  show(`── ${step.name}: ${result.failed > 0 ? "failed" : "good"} after ${seconds} s\n`);
  if (shown) process.stdout.write(shown.join(""));
}

/** Returns what a step adds to the environment; rejects if what it needs is not available. */
async function prepared(step) {
  return step.before?.();
}

/** A sentence for the case that the browser tests cannot run; everything else still does, and they count as failed. */
function lackOfChromium() {
  if (canHaveChromium()) return undefined;
  return (
    "There is no Chromium, and this user may not install one: the browser tests cannot run and count as failed. " +
    "Install Chromium and set CHROMIUM_PATH to it, or run one part: npm run test:unit"
  );
}

/** Runs a command, passes on its output, and keeps the end of it. */
function execute(command, env, show) {
  return new Promise((resolve) => {
    const child = spawn(command, { shell: true, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        show(chunk);
        output = (output + chunk).slice(-20_000);
      });
    }
    child.on("close", (code) => resolve({ code, output }));
  });
}

function countVitest() {
  try {
    const report = JSON.parse(readFileSync(vitestReport, "utf8"));
    const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped } = report;
    for (const file of report.testResults.filter(({ status }) => status === "failed")) {
      const named = file.assertionResults.filter(({ status }) => status === "failed");
      const texts = named.map(({ fullName, failureMessages }) => `${fullName}: ${beginningOf(failureMessages[0])}`);
      for (const text of texts.length > 0 ? texts : [beginningOf(file.message)]) {
        failedTests.push(`${relative(process.cwd(), file.name)} › ${text}`);
      }
    }
    return { passed, failed, skipped };
  } catch {
    return undefined; // it crashed before it could report
  }
}

/**
 * A property says in several lines with which values it fails, and why.
 * @param {unknown} text
 */
function beginningOf(text) {
  return String(text).split("\n").slice(0, 16).join("\n      ").slice(0, 1_600);
}

/** Reads the last line of the form "N passed, N failed, N skipped". */
function countPlain(output) {
  const [, passed, failed, skipped = "0"] =
    [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1) ?? [];
  if (passed === undefined) return undefined;
  // Playwright lists them after its summary, the mutants begin their line with it
  failedTests.push(...output.split("\n").filter((line) => /^ {4}\[\w+\] › |^FAIL /.test(line)));
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}
