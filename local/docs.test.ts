import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { variables } from "@muster/functions/config.ts";
import { commands } from "@muster/functions/operator/arguments.ts";
import { expect, test } from "vitest";
import { readArguments } from "./run/arguments.ts";
import { root } from "./testing/worlds/instance.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const documents = [
  ...inFolder("").filter((file) => !file.includes("/")),
  ...["docs", "core", "local", "bench", "stacks", "clients"].flatMap(inFolder),
];
const read = (file: string) => readFileSync(join(root, file), "utf8");
const maxDecisionWords = 300;

/** Lists the mistakes of each document, by its name. */
const wrongIn = (check: (text: string, file: string) => string[]) =>
  documents.flatMap((file) => check(read(file), file).map((what) => `${file}: ${what}`));

test("every document is looked at", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/glossary.md", "docs/decisions/mail.md"]));
});

test("every link leads to a file, and to a heading of it", () => {
  expect(deadLinks("[a](b.md) [c](README.md#no-such-heading) [d](README.md#commands)", "README.md")).toEqual([
    "b.md",
    "README.md#no-such-heading",
  ]);
  expect(wrongIn(deadLinks)).toEqual([]);
});

test("every path in code style exists", () => {
  expect(missingPaths("`core/table/table.ts` `core/table/no-such.ts` `local/no-such/`")).toEqual([
    "core/table/no-such.ts",
    "local/no-such/",
  ]);
  expect(wrongIn(missingPaths)).toEqual([]);
});

test("every name that a document gives a file for is in that file", () => {
  expect(missingNames("`canGrant` and the table in `core/base/permission.ts`, `no` in `core/base/id.ts`")).toEqual([
    "no in core/base/id.ts",
  ]);
  expect(documents.flatMap((file) => namesIn(read(file))).length).toBeGreaterThan(10);
  expect(wrongIn(missingNames)).toEqual([]);
});

test("every command exists", () => {
  expect(unknownCommands("`npm run bundle` npm run unknown\nnpm run operator -- release")).toEqual([
    "npm run unknown",
    "operator release",
  ]);
  expect(wrongIn(unknownCommands)).toEqual([]);
});

test("every variable of the functions is in the README, and no document names another", () => {
  const named = [...new Set(read("README.md").match(/MUSTER_[A-Z_]+/g))];
  const ofHooks = ["MUSTER_EVENT", "MUSTER_SETTINGS", "MUSTER_REVISION"];
  const others = [
    "MUSTER_DYNAMODB_ENDPOINT",
    "MUSTER_ENGINE",
    "MUSTER_CONFIG",
    "MUSTER_BUILT",
    "MUSTER_SEED",
    ...ofHooks,
  ];
  expect(Object.keys(variables).filter((name) => !named.includes(name))).toEqual([]);
  const known = [...Object.keys(variables), ...others];
  expect(wrongIn((text) => (text.match(/MUSTER_[A-Z_]+/g) ?? []).filter((name) => !known.includes(name)))).toEqual([]);
});

test("every command of the operator is described", () => {
  const described = read("docs/operating.md");
  expect(Object.keys(commands).filter((name) => !described.includes(`\`${name}`))).toEqual([]);
});

test("every job of the clock is described, and no other", () => {
  const jobs = /const jobs = \{([^]*?)\} satisfies/.exec(read("functions/schedule/clock.ts"))?.[1] ?? "";
  const [section = ""] = /## The jobs of the clock[^]*?(?=\n## )/.exec(read("docs/operating.md")) ?? [];
  const names = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))];
  const described = names(section, /^\|[^|]*\| `(\w+)` \|/gm);
  expect(new Set(described)).toEqual(new Set(names(jobs, /\b(\w+): \(\) =>/g)));
});

test("every address of a local run has its port", () => {
  const { port } = readArguments([]);
  const others = (text: string) =>
    (text.match(/(?:localhost|127\.0\.0\.1):\d+/g) ?? []).filter((one) => one !== `localhost:${port}`);
  expect(others(`http://localhost:4000 http://localhost:${port}`)).toEqual(["localhost:4000"]);
  expect(wrongIn(others)).toEqual([]);
});

test(`a decision has at most ${maxDecisionWords} words`, () => {
  const long = documents.filter(
    (file) => file.startsWith("docs/decisions/") && read(file).split(/\s+/).length > maxDecisionWords,
  );
  expect(long).toEqual([]);
});

function inFolder(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return folder === "" || entry.name === "node_modules" ? [] : inFolder(path);
    }
    return entry.name.endsWith(".md") ? [path] : [];
  });
}

function deadLinks(text: string, file: string): string[] {
  const links = [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = ""]) => link);
  return links.filter((link) => {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? file : relative(root, join(root, dirname(file), path));
    return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
  });
}

/** The names that GitHub gives to headings. */
const anchorsOf = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

function missingPaths(text: string): string[] {
  const paths = [...text.matchAll(/`((?:core|functions|stacks|web|local|bench|docs)\/[\w./-]*)`/g)];
  return paths.map(([, path = ""]) => path).filter((path) => !isBuilt.test(path) && !existsSync(join(root, path)));
}

const namesIn = (text: string) => [...text.matchAll(/`(\w+)`(?: and the \w+)? in `([\w./-]+\.tsx?)`/g)];

const missingNames = (text: string) =>
  namesIn(text)
    .filter(([, name = "", path = ""]) => !new RegExp(`\\b${name}\\b`).test(read(path)))
    .map(([, name, path]) => `${name} in ${path}`);

const isBuilt = /\/(dist|runtime)\b/;

function unknownCommands(text: string): string[] {
  const runs = [...text.matchAll(/npm run ([a-z:]+)(?! --workspace)\b/g)].map(([, name = ""]) => name);
  const operators = [...text.matchAll(/npm run operator -- ([a-z][a-z-]*)/g)].map(([, name = ""]) => name);
  return [
    ...runs.filter((name) => !(name in scripts)).map((name) => `npm run ${name}`),
    ...operators.filter((name) => !(name in commands)).map((name) => `operator ${name}`),
  ];
}
