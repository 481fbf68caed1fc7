import { execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { hourMs, minuteMs } from "@muster/core/base/duration.ts";

// A copy of the tree in which mutants are made and tested.

export const root = fileURLToPath(new URL("../..", import.meta.url));
/** For a run with a change, which may wait for what never comes; and for one without, which only a slow machine delays. */
const patienceMs = { changed: 5 * minuteMs, unchanged: hourMs };
/** A test that waits as long has detected the change. */
const testPatienceMs = minuteMs;

/** `broken`: the tests did not even start. `by` are the test files that failed. */
export type Result = { is: "survived" | "broken" | "endless" } | { is: "caught"; by: string[] };

export type Tree = {
  /** Runs a command while a file has another text, which it has again afterwards. */
  changed<T>(file: string, change: (text: string) => string, run: () => Promise<T>): Promise<T>;
  /** Runs the tests of some files, with limits of time if they test a change. */
  test(files: readonly string[], what?: "changed" | "unchanged"): Promise<Result>;
  /** Returns whether the compiler accepts the tree. */
  compiles(): Promise<boolean>;
  remove(): void;
};

export function openTree(): Tree {
  const folder = copyTree();
  return {
    changed: async (file, change, run) => {
      const path = join(folder, file);
      const text = readFileSync(path, "utf8");
      writeFileSync(path, change(text));
      try {
        return await run();
      } finally {
        writeFileSync(path, text);
      }
    },
    test: (files, what = "changed") => test(folder, files, what),
    compiles: async () =>
      (await execute(folder, ["tsc", "--noEmit", "--incremental", "--tsBuildInfoFile", ".types"])) === 0,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function test(folder: string, files: readonly string[], what: keyof typeof patienceMs): Promise<Result> {
  const report = join(folder, "report.json");
  rmSync(report, { force: true });
  const limits = [`--testTimeout=${testPatienceMs}`, `--hookTimeout=${2 * testPatienceMs}`];
  const code = await execute(
    folder,
    [
      "vitest",
      "run",
      "--bail",
      "1",
      "--reporter=json",
      `--outputFile=${report}`,
      ...(what === "changed" ? limits : []),
      ...files,
    ],
    patienceMs[what],
  );
  if (code === undefined) return { is: "endless" };
  if (code === 0) return { is: "survived" };
  try {
    type Report = { testResults: { name: string; status: string; assertionResults: unknown[] }[] };
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    // a file that cannot be loaded has no tests at all
    if (testResults.some(({ assertionResults }) => assertionResults.length === 0)) return { is: "broken" };
    const failed = testResults.filter(({ status }) => status === "failed");
    return { is: "caught", by: failed.map(({ name }) => relative(folder, name)) };
  } catch {
    return { is: "broken" };
  }
}

/** Returns the exit code, or nothing if the command had to be stopped. What interrupts this process stops it, too. */
async function execute(folder: string, command: readonly string[], withinMs?: number): Promise<number | undefined> {
  const child = spawn("npx", command, { cwd: folder, stdio: "ignore", detached: true });
  let wasStopped = false;
  const stop = () => {
    wasStopped = true;
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  };
  const interrupt = () => {
    stop();
    process.exit(1);
  };
  for (const signal of signals) process.once(signal, interrupt);
  const timer = withinMs && setTimeout(stop, withinMs);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  for (const signal of signals) process.off(signal, interrupt);
  return wasStopped ? undefined : (code ?? 1);
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The working tree, including uncommitted files. Packages are links to ours; the workspaces among them are the copy's.
 */
function copyTree(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "muster-mutants-")));
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root, encoding: "utf8" });
  for (const file of listed.split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file), { force: true });
  }
  const workspaces = (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { workspaces: string[] })
    .workspaces;
  mkdirSync(join(folder, "node_modules", "@muster"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "@muster" || name.startsWith(".vite")) continue;
    symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
  }
  for (const workspace of workspaces) {
    const { name } = JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8")) as { name: string };
    symlinkSync(join(folder, workspace), join(folder, "node_modules", name));
    const own = join(root, workspace, "node_modules");
    if (readdirSync(join(root, workspace)).includes("node_modules")) {
      symlinkSync(own, join(folder, workspace, "node_modules"));
    }
  }
  return folder;
}
