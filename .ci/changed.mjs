// Runs the tests that a change can affect, in about a minute:
//   npm run test:changed                   what is not committed
//   npm run test:changed -- --since main   and what was committed since
// It takes the tests beside a changed file, those that import it directly or through one other module, those of the
// whole repository's rules, and, of the tests of all operations, those of the changed nouns. `npm test` runs the rest.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseArgs } from "node:util";

/** Checks of all files, which take a moment. */
const ofAll = [
  "core/architecture.test.ts",
  "local/words.test.ts",
  "local/docs.test.ts",
  "local/testing/mutants.test.ts",
];
/** Tests of every operation, whose names begin with its noun. */
const ofOperations = ["permissions", "organization-states", "input", "etag", "if-match"].map(
  (name) => `functions/api/${name}.test.ts`,
);
const workspaces = { "@muster/settings": "clients/settings", "@muster/sync": "clients/sync" };

const { values } = parseArgs({ options: { since: { type: "string", default: "HEAD" } } });
const git = (...words) => execFileSync("git", words, { encoding: "utf8" }).split("\n").filter(Boolean);
const others = git("ls-files", "--others", "--exclude-standard");
const changed = [...git("diff", "--name-only", values.since), ...others];
const files = [...git("ls-files"), ...others].filter((file) => /\.(tsx?|mjs)$/.test(file) && existsSync(file));
const importersOf = new Map();
for (const file of files) {
  for (const target of importsOf(file)) importersOf.set(target, [...(importersOf.get(target) ?? []), file]);
}

const isTest = (file) => file.endsWith(".test.ts");
const importers = (of) => of.flatMap((file) => importersOf.get(file) ?? []);
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
function run(...words) {
  const { status } = spawnSync("npx", ["vitest", "run", "--reporter=minimal", ...words], { stdio: "inherit" });
  return status !== 0;
}

/** The files of the repository that a file imports. */
function importsOf(file) {
  // types decide nothing when the tests run
  const text = readFileSync(file, "utf8").replace(/^(import|export) type [^;]*;/gm, "");
  const found = text.matchAll(/\b(?:from|import)\s*\(?\s*"([^"]+)"/g);
  return [...found].flatMap(([, target]) => {
    if (target.startsWith(".")) return normalize(join(dirname(file), target));
    if (target.startsWith("#")) return `web/src/${target.slice(1)}`;
    const [, scope, rest] = /^(@muster\/\w+)\/(.+)$/.exec(target) ?? [];
    return scope ? `${workspaces[scope] ?? scope.replace("@muster/", "")}/${rest}` : [];
  });
}
