import { readdirSync, readFileSync } from "node:fs";

/** Returns the CPU time that a process and its threads have used so far, in ms; Linux only. */
export function cpuOf(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const nanoseconds = threads.map((thread) => {
    const [running = "0"] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    return Number(running);
  });
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e6;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line: ours, the peer's, and ours as a share or a multiple of the peer's. */
export function compare(what: string, ours: number, peers: number, unit: string): string {
  const figures = [ours, peers].map((value) => `${Math.round(value).toLocaleString("en")} ${unit}`.padStart(16));
  return `${what.padEnd(44)}${figures.join("")}${(ours / peers).toFixed(2).padStart(8)}`;
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Begins a table in Markdown: so many columns of text, then numbers. */
export function head(texts: number, cells: readonly string[]): void {
  row(cells);
  print(`|${"---|".repeat(texts)}${"---:|".repeat(cells.length - texts)}`);
}

export function row(cells: readonly (string | number)[]): void {
  print(`| ${cells.join(" | ")} |`);
}

/** A whole number with its thousands apart. */
export const count = (number: number): string => Math.round(number).toLocaleString("en");

/** The sizes that the command names, or the usual ones. */
export function sizesIn(words: readonly string[], usual: readonly number[]): readonly number[] {
  const sizes = words.map(Number);
  if (sizes.some((size) => !(Number.isInteger(size) && size > 0))) {
    throw new Error(`Sizes are whole numbers, not ${words.join(" ")}.`);
  }
  return sizes.length > 0 ? sizes : usual;
}
