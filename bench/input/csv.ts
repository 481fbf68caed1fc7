import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { count, head, median, print, row, sizesIn } from "../shared/output.ts";
import { installPeers, peers } from "../shared/peers.ts";
import type { Measured } from "./csv-file.ts";

/**
 * A CSV file of an import, from its bytes to the checked rows, without the database; beside three parsers, which only
 * split. Each is a program of its own, bundled the same way and run in turn.
 */
const rounds = 3;
const usual = [1_000_000, 100_000, 1_000_000, 10_000_000];
/** Beyond it, once is enough. */
const repeatedRows = 1_000_000;
/** Like the worker in stacks/workers.ts; for the peers it changes little. */
const nodeOptions = ["--max-semi-space-size=1"];

const subjects: [what: string, program: string, ...words: string[]][] = [
  ["Muster: decoded, read, checked", "ours", "judged"],
  ["Muster: decoded, read", "ours", "read"],
  ["uDSV", "peers", "udsv"],
  ["papaparse", "peers", "papaparse"],
  ["csv-parse", "peers", "csv-parse"],
];

/** @param words the number of rows that are compared, and those that Muster alone reads */
export async function run(words: string[]): Promise<void> {
  const [compared = 0, ...sizes] = sizesIn(words, usual);
  const folder = mkdtempSync(join(tmpdir(), "muster-bench-"));
  try {
    await bundlePrograms(folder);
    compareParsers(folder, compared);
    readSizes(folder, sizes);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundlePrograms(folder: string): Promise<void> {
  installPeers();
  await build({
    entryPoints: {
      ours: "bench/input/csv-reader.ts",
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
}

function compareParsers(folder: string, rows: number): void {
  head(1, [`${count(rows)} rows`, "rows per second of CPU", "ratio", "peak"]);
  const measured = subjects.map((): Measured[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, subject] of subjects.entries()) measured[at]?.push(start(folder, subject, rows));
  }
  const [ours = Number.NaN] = measured.map(speed);
  for (const [at, [what]] of subjects.entries()) {
    const all = measured[at] ?? [];
    row([what, thousands(speed(all)), (ours / speed(all)).toFixed(2), peak(all)]);
  }
}

function readSizes(folder: string, sizes: readonly number[]): void {
  print("");
  head(0, ["rows", "rows per second of CPU", "peak"]);
  for (const rows of sizes) {
    const all = Array.from({ length: rows > repeatedRows ? 1 : rounds }, () => start(folder, subjects[0], rows));
    row([count(rows), thousands(speed(all)), peak(all)]);
  }
}

function start(
  folder: string,
  [what, program, ...words]: (typeof subjects)[number] = ["nothing", "none"],
  rows: number,
): Measured {
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
  return `${count(value / 1000)},000`;
}
