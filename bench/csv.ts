import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import type { Measured } from "./csv-file.ts";
import { median } from "./measure.ts";

/**
 * A CSV file of an import, from its bytes to the checked rows, without the database; beside three parsers, which only
 * split. Each is a program of its own, bundled the same way and run in turn.
 * Run: npx tsx bench/csv.ts
 */
const rounds = 3;
const rowsToCompare = 1_000_000;
const sizes = [100_000, 1_000_000, 10_000_000];
const peers = "bench/peers";
/** Like the worker in stacks/workers.ts; for the peers it changes little. */
const nodeOptions = ["--max-semi-space-size=1"];

const subjects: [what: string, program: string, ...words: string[]][] = [
  ["Muster: decoded, read, checked", "ours", "judged"],
  ["Muster: decoded, read", "ours", "read"],
  ["uDSV", "peers", "udsv"],
  ["papaparse", "peers", "papaparse"],
  ["csv-parse", "peers", "csv-parse"],
];

const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
try {
  await run();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function run() {
  if (!existsSync(`${peers}/node_modules`)) {
    print("Installing the peers into bench/peers …");
    execFileSync("npm", ["ci", "--prefix", peers, "--no-audit", "--no-fund"], { stdio: "inherit" });
  }
  await build({
    entryPoints: {
      ours: "bench/csv-reader.ts",
      peers: `${peers}/csv.mjs`,
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  print(`| ${rowsToCompare.toLocaleString("en")} rows | rows per second of CPU | ratio | peak |`);
  print("|---|---:|---:|---:|");
  const measured = subjects.map((): Measured[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, subject] of subjects.entries()) measured[at]?.push(start(subject, rowsToCompare));
  }
  const [ours = Number.NaN] = measured.map(speed);
  for (const [at, [what]] of subjects.entries()) {
    const all = measured[at] ?? [];
    print(`| ${what} | ${thousands(speed(all))} | ${(ours / speed(all)).toFixed(2)} | ${peak(all)} |`);
  }
  print("\n| rows | rows per second of CPU | peak |\n|---:|---:|---:|");
  for (const rows of sizes) {
    const all = Array.from({ length: rows > rowsToCompare ? 1 : rounds }, () => start(subjects[0], rows));
    print(`| ${rows.toLocaleString("en")} | ${thousands(speed(all))} | ${peak(all)} |`);
  }
}

function start([what, program, ...words]: (typeof subjects)[number] = ["nothing", "none"], rows: number): Measured {
  const output = execFileSync(process.execPath, [
    ...nodeOptions,
    join(folder, `${program}.mjs`),
    ...words,
    String(rows),
  ]);
  const measured = JSON.parse(output.toString()) as Measured;
  if (measured.rows !== rows) throw new Error(`${what} found ${measured.rows} rows, not ${rows}.`);
  return measured;
}

function speed(all: readonly Measured[]): number {
  return median(all.map(({ rows, cpuMs }) => (rows * 1000) / cpuMs));
}

function peak(all: readonly Measured[]): string {
  return `${Math.round(median(all.map(({ peakMb }) => peakMb)))} MB`;
}

function thousands(value: number): string {
  return `${Math.round(value / 1000).toLocaleString("en")},000`;
}

function print(line: string) {
  process.stdout.write(`${line}\n`);
}
