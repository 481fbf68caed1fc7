// Removes each control from a copy of the tree, one at a time, and expects its test to fail: mutants.json names both.
//   npx tsx local/testing/mutants.ts              all of them
//   npx tsx local/testing/mutants.ts --sample 6   a few, by a new seed that is printed; --seed N repeats it
//   npx tsx local/testing/mutants.ts --part 1/3   a third of them, to run several at once
//   npx tsx local/testing/mutants.ts --only text  those whose threat or file contains the text; can be repeated
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { seededRandom } from "./random.ts";

type Mutant = {
  /** What could happen without the control. */
  threat: string;
  file: string;
  /** The control as it is in the file, exactly once, and its replacement. */
  find: string;
  replace: string;
  /** Test files, one of which must fail. */
  tests: string[];
};
type Result = "caught" | "survived" | "broken";

const patienceMs = 180_000;
const root = fileURLToPath(new URL("../..", import.meta.url));
const say = (line: string) => process.stdout.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    sample: { type: "string" },
    seed: { type: "string" },
    part: { type: "string" },
    only: { type: "string", multiple: true },
  },
});
const mutants = choose(JSON.parse(readFileSync(join(root, "mutants.json"), "utf8")) as Mutant[]);
const untouched = new Map<string, Result>();
const scratch = copyTree();
let failed = 0;
try {
  failed = await run();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
say(`${mutants.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function run(): Promise<number> {
  let failures = 0;
  for (const mutant of mutants) {
    const problem = (await unsound(mutant.tests)) ?? (await problemOf(mutant));
    if (problem) failures++;
    say(`${problem ? "FAIL" : "ok  "} ${mutant.threat} (${mutant.file})${problem ? `: ${problem}` : ""}`);
  }
  return failures;
}

/** A test that fails without any change cannot detect a mutant. Each file is tried once. */
async function unsound(files: string[]): Promise<string | undefined> {
  for (const file of files) {
    if (!untouched.has(file)) untouched.set(file, await test([file]));
    if (untouched.get(file) !== "survived") return `${file} fails without any change`;
  }
  return undefined;
}

/** Returns what is wrong with a mutant, or nothing if a test detects it. */
async function problemOf({ file, find, replace, tests }: Mutant): Promise<string | undefined> {
  const path = join(scratch, file);
  const text = readFileSync(path, "utf8");
  const times = text.split(find).length - 1;
  if (times !== 1) return `the file holds the control ${times} times, not once: ${find}`;
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  const result = await test(tests);
  writeFileSync(path, text);
  if (result === "survived") return `no test of ${tests.join(" ")} detects it`;
  return result === "broken" ? "the tests do not even start, so none of them has detected it" : undefined;
}

/** A run that never ends counts as detected. */
async function test(files: string[]): Promise<Result> {
  const report = join(scratch, "report.json");
  rmSync(report, { force: true });
  const command = ["vitest", "run", "--bail", "1", "--reporter=json", `--outputFile=${report}`, ...files];
  const child = spawn("npx", command, { cwd: scratch, stdio: "ignore", detached: true });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    if (child.pid) process.kill(-child.pid, "SIGKILL");
  }, patienceMs);
  const code = await new Promise((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  if (timedOut) return "caught";
  if (code === 0) return "survived";
  try {
    type Report = { testResults: { assertionResults: unknown[] }[] };
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
    // a file that cannot be loaded has no tests at all
    return testResults.every(({ assertionResults }) => assertionResults.length > 0) ? "caught" : "broken";
  } catch {
    return "broken";
  }
}

function choose(all: Mutant[]): Mutant[] {
  const { only, part, sample } = values;
  if (part) {
    const [own = 1, parts = 1] = part.split("/").map(Number);
    // those of one test file stay together, since it is first run without a mutant
    const files = [...new Set(all.map(({ tests: [file] }) => file))];
    return all.filter(({ tests: [file] }) => files.indexOf(file) % parts === own - 1);
  }
  if (only) return all.filter(({ threat, file }) => only.some((text) => threat.includes(text) || file.includes(text)));
  if (!sample) return all;
  const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
  say(`A sample of ${sample} from ${all.length} mutants, seed ${seed}.`);
  const random = seededRandom(seed);
  return all
    .map((mutant) => ({ mutant, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .slice(0, Number(sample))
    .map(({ mutant }) => mutant);
}

/**
 * The working tree, including uncommitted files. Packages are links to ours; the workspaces among them are the copy's.
 */
function copyTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "muster-mutants-"));
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
    symlinkSync(join(folder, workspace), join(folder, "node_modules", "@muster", basename(workspace)));
    const own = join(root, workspace, "node_modules");
    if (readdirSync(join(root, workspace)).includes("node_modules")) {
      symlinkSync(own, join(folder, workspace, "node_modules"));
    }
  }
  return folder;
}
