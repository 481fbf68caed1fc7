// Runs the tests that a change can affect, in about a minute:
//   npm run test:changed                   what is not committed
//   npm run test:changed -- --since main   and what was committed since
// It takes the tests beside a changed file, those that import it directly or through one other module, those of the
// whole repository's rules, and, of the tests of all operations, those of the changed nouns. `npm test` runs the rest.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readModuleGraph } from "./module-graph.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** Checks of all files, which take a moment. */
const ofAll = [
  "core/architecture.test.ts",
  "local/words.test.ts",
  "local/docs.test.ts",
  "local/testing/threats.test.ts",
];
/** Tests of every operation, whose names begin with its noun. */
const ofOperations = ["permissions", "organization-states", "input", "etag", "if-match"].map(
  (name) => `functions/api/${name}.test.ts`,
);

const { values } = parseArgs({ options: { since: { type: "string", default: "HEAD" } } });
const git = (...words: string[]) =>
  execFileSync("git", words, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
const others = git("ls-files", "--others", "--exclude-standard");
const changed = [...git("diff", "--name-only", values.since), ...others];
const { files, importers } = readModuleGraph(root);

const isTest = (file: string) => file.endsWith(".test.ts");
const direct = importers(changed);
const folders = new Set(changed.map(dirname));
const beside = files.filter((file) => isTest(file) && folders.has(dirname(file)));
// what the harness imports is set up by most tests, and is not what they are about
const through = direct.filter((file) => !file.startsWith("local/testing/"));
const near = [...changed, ...beside, ...direct, ...importers(through)].filter(
  (file) => isTest(file) && existsSync(file),
);
const tests = [...new Set([...near, ...ofAll])].filter(
  (file) => !ofOperations.includes(file) || changed.includes(file),
);
const nouns = new Set(changed.flatMap((file) => /^(?:core|functions\/api)\/([a-z]+)[/.]/.exec(file)?.[1] ?? []));

if (changed.length === 0) {
  process.stdout.write(`Nothing has changed since ${values.since}.\n`);
} else {
  process.stdout.write(`${changed.length} files changed: ${tests.length} test files near them`);
  process.stdout.write(nouns.size > 0 ? `, and the operations of ${[...nouns].join(", ")}.\n` : ".\n");
  const failed = [
    run(...tests),
    nouns.size > 0 && run(...ofOperations, "--testNamePattern", `^'?(${[...nouns].join("|")})\\.`),
  ];
  process.exitCode = failed.some(Boolean) ? 1 : 0;
}

/** Returns whether they failed. */
function run(...words: string[]): boolean {
  const { status } = spawnSync("npx", ["vitest", "run", "--reporter=minimal", ...words], {
    cwd: root,
    stdio: "inherit",
  });
  return status !== 0;
}
