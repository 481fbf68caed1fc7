// Measures the house: `npm run house` prints what a redesign should make smaller, as a table in Markdown.
// Another checkout is measured by the same rules: npx tsx local/testing/house.ts <folder>
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { importsIn } from "./module-graph.ts";
import { root } from "./mutant-tree.ts";

const folder = resolve(process.argv[2] ?? root);
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const files = execFileSync("git", ["ls-files"], { cwd: folder, encoding: "utf8" }).trim().split("\n");

const areas = ["clients", "core", "functions", "stacks", "web", "local", "bench"];
const isCode = (file: string) => /\.(tsx?|mjs|css)$/.test(file);
const isTest = (file: string) => /\.(test|testing|types|e2e)\.tsx?$|\/(testing|e2e)\//.test(file);
const generated = files.filter((file) => /^docs\/(openapi|names)\.json$/.test(file) || isWritten(file));

function isWritten(file: string): boolean {
  return /^docs\/.*\.md$/.test(file) && /^Written by `npm run/m.test(read(file));
}

const linesOf = (some: readonly string[]) => some.reduce((sum, file) => sum + read(file).split("\n").length - 1, 0);

/** Functions by how complex they are (cyclomatic, by the rule of the linter), above 15. */
function complexFunctions(): number[] {
  const place = mkdtempSync(join(tmpdir(), "muster-house-"));
  try {
    const config = join(place, "oxlintrc.json");
    writeFileSync(config, JSON.stringify({ categories: { correctness: "off" }, rules: { complexity: ["warn", 15] } }));
    const args = ["oxlint", "-c", config, "--format", "json", ...areas];
    const options = { cwd: folder, encoding: "utf8", maxBuffer: 1e8 } as const;
    const { diagnostics } = JSON.parse(execFileSync("npx", args, options)) as { diagnostics: { message: string }[] };
    return diagnostics.flatMap(({ message }) => Number(/complexity of (\d+)/.exec(message)?.[1] ?? []));
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Groups of folders that reach each other by imports, types among them. */
function circles(folderOf: (file: string) => string | undefined): string[][] {
  const targets = new Map<string, Set<string>>();
  for (const file of files) {
    const from = folderOf(file);
    if (from === undefined || !isCode(file) || isTest(file)) continue;
    // types count: a reader follows them as well
    for (const target of importsIn(file, read(file).replaceAll(/^(import|export) type /gm, "$1 "))) {
      const to = folderOf(target);
      if (to !== undefined && to !== from) targets.set(from, (targets.get(from) ?? new Set()).add(to));
    }
  }
  const reached = (from: string) => {
    const found = new Set(targets.get(from));
    // a set also hands out what is added while it is walked through
    for (const one of found) for (const next of targets.get(one) ?? []) found.add(next);
    return found;
  };
  const all = new Map([...targets.keys()].map((one) => [one, reached(one)]));
  const groups = [...all].flatMap(([one, found]) =>
    found.has(one)
      ? [
          [...found]
            .filter((other) => all.get(other)?.has(one))
            .sort()
            .join(" "),
        ]
      : [],
  );
  return [...new Set(groups)].map((group) => group.split(" "));
}

const code = files.filter((file) => isCode(file) && areas.some((area) => file.startsWith(`${area}/`)));
const rows: (string | number)[][] = areas.map((area) => {
  const own = code.filter((file) => file.startsWith(`${area}/`));
  const [tests, source] = [own.filter(isTest), own.filter((file) => !isTest(file))];
  return [area, source.length, linesOf(source), tests.length, linesOf(tests)];
});
const sum = [1, 2, 3, 4].map((at) => rows.reduce((total, row) => total + Number(row[at]), 0));
const say = (line: string) => process.stdout.write(`${line}\n`);
const row = (cells: readonly (string | number)[]) => say(`| ${cells.join(" | ")} |`);

row(["Area", "Files", "Lines", "Files of tests", "Lines of tests"]);
row(["---", "--:", "--:", "--:", "--:"]);
for (const cells of [...rows, ["**all**", ...sum]]) row(cells);

const complex = complexFunctions();
/** The files that declare a noun. They count as a part of their own: other nouns need them without the rest. */
const leaf =
  /^core\/(?!base|money|table|kernel|message|catalog).*\/(shape|row|keys|events|failures|limits|messages)\.ts$/;
const inCore = circles((file) => /^core\/(\w+)\//.exec(file)?.[1]?.concat(leaf.test(file) ? " declares" : ""));
const inWeb = circles((file) => /^web\/src\/features\/([\w-]+)\//.exec(file)?.[1]);
const steps = read("docs/adding-a-noun.md").match(/^\| \d+\. /gm)?.length ?? 0;
say("");
row(["What", "Today"]);
row(["---", "--:"]);
row(["functions over complexity 15", complex.length]);
row(["functions over complexity 20", complex.filter((one) => one > 20).length]);
row(["parts of core in circles", inCore.flat().length]);
row(["features of the web in circles", inWeb.flat().length]);
row(["steps to add a noun", steps]);
row(["generated lines", linesOf(generated)]);
