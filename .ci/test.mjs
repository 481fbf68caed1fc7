// Runs all checks and tests, in lanes that run in parallel, and ends with one line that sums up all runners.
//   npm test            all checks and tests, with a sample of the mutants, crashes, and histories
//   npm run test:deep   the same with every mutant and crash, and long histories
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { canHaveChromium, chromium } from "./chromium.mjs";

const deep = process.argv.includes("--deep");
const folder = mkdtempSync(join(tmpdir(), "muster-test-"));

/** The site that steps of both lanes look at. */
const build = { name: "web build", run: "npm run build --workspace web -- --logLevel warn" };

/**
 * The steps of a lane run in sequence. Each is a command, and counts as one result unless it says how many there are: in
 * its last line of the form "N passed, N failed, N skipped". A step that has times writes how long each of its files took,
 * in ms, to the file that MUSTER_TIMES names.
 */
const lanes = [
  [
    {
      name: "tests",
      run: "npx vitest run --reporter=minimal --reporter=./local/testing/reporter.ts",
      hasTimes: true,
    },
  ],
  [
    { name: "format", run: "npx biome ci ." },
    {
      name: "types and lint",
      run: "npx oxlint --type-check --type-aware --deny-warnings",
      // its compiler is written in Go: a tenth more memory for a fifth less time
      env: { GOGC: "300" },
    },
    { name: "bundles", run: "npx tsx functions/bundle.ts" },
    { name: "synth", run: "npx tsx stacks/synth.ts" },
    { name: "mutants", run: `npx tsx local/testing/mutants.ts ${deep ? "" : "--sample 2"}` },
    {
      name: "browser tests",
      run: "npx playwright test --reporter=dot,./web/e2e/plain-reporter.ts",
      hasTimes: true,
      before: chromium,
      lacks: lackOfChromium,
    },
  ],
];

const began = Date.now();
const total = { passed: 0, failed: 0, skipped: 0 };
/** The output of failed steps, said again at the end: the output above is long. */
const failed = [];
const times = [];
const files = [];

if (deep) say("Deep: every mutant and every crash, and histories that are 10 to 100 times as long. It takes an hour.");
for (const sentence of lanes.flat().map(({ lacks }) => lacks?.())) if (sentence) say(sentence);
if (await take(build)) process.env.MUSTER_FRESH_SITE = resolve("web/dist");
await Promise.all(
  lanes.map(async (lane) => {
    for (const step of lane) await take(step);
  }),
);
rmSync(folder, { recursive: true, force: true });

say("\nSeconds by step:");
for (const { name, seconds } of times) say(`${String(seconds).padStart(6)}  ${name}`);
say("\nThe ten slowest files:");
files.sort((one, other) => other.ms - one.ms);
for (const { name, ms } of files.slice(0, 10)) say(`${(ms / 1_000).toFixed(1).padStart(6)}  ${name}`);
if (failed.length > 0) say(`\nFailed:\n${failed.map((line) => `  ${line}`).join("\n")}`);
say(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Runs a step, shows its output when it has ended, and adds to the totals. Resolves to whether nothing failed. */
async function take(step) {
  const started = Date.now();
  const report = join(folder, `${step.name}.json`);
  const { code, output } = step.lacks?.()
    ? { code: 1, output: "It cannot run here.\n" }
    : await prepared(step)
        .then((more) => execute(step, { ...(step.hasTimes && { MUSTER_TIMES: report }), ...more }))
        .catch((error) => ({ code: 1, output: `${error.message}\n` }));
  const result = countIn(output) ?? { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (code !== 0 && result.failed === 0) result.failed = 1;
  for (const key of Object.keys(total)) total[key] += result[key];
  const seconds = Math.round((Date.now() - started) / 1_000);
  times.push({ name: step.name, seconds });
  if (step.hasTimes) files.push(...timesIn(report));
  if (result.failed > 0) failed.push(step.name, ...output.split("\n").filter((line) => line.startsWith("FAIL ")));
  say(
    `\n── ${step.name}: ${result.failed > 0 ? "failed" : "good"} after ${seconds} s, ${step.run}\n${output.trimEnd()}`,
  );
  return result.failed === 0;
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

/** Runs a command and returns its output. What it says about its progress is shown at once. */
function execute({ name, run, env: own }, more) {
  const env = { ...process.env, ...(deep && { MUSTER_DEEP: "1" }), ...own, ...more };
  return new Promise((answer) => {
    const child = spawn(run, { shell: true, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk) => {
        output += chunk;
        for (const line of chunk.split("\n")) {
          if (line.startsWith("… ")) say(`${Math.round((Date.now() - began) / 1_000)} s: ${name}${line}`);
        }
      });
    }
    child.on("close", (code) => answer({ code, output: output.replace(/^… .*\n/gm, "") }));
  });
}

/** Reads the last line of the form "N passed, N failed, N skipped". */
function countIn(output) {
  const found = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  if (!found) return undefined;
  const [passed, failed, skipped] = found.slice(1).map((count) => Number(count ?? 0));
  return { passed, failed, skipped };
}

/** Returns the times that a step has written about its files; nothing if it ended before. */
function timesIn(report) {
  try {
    return Object.entries(JSON.parse(readFileSync(report, "utf8"))).map(([name, ms]) => ({ name, ms }));
  } catch {
    return [];
  }
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
