import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

type Mutant = { threat: string; file: string; find: string; tests: string[] };

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const read = (path: string) => readFileSync(fromRoot(path), "utf8");
const mutants = JSON.parse(read("mutants.json")) as Mutant[];

test("each mutant removes a control that its file has once", () => {
  const stale = mutants.filter(({ file, find }) => read(file).split(find).length !== 2);
  expect(stale.map(({ threat, file }) => `${threat} (${file})`)).toEqual([]);
});

test("no mutant hides another, as two in one object would", () => {
  expect(read("mutants.json").match(/^ {4}"threat": /gm)?.length).toBe(mutants.length);
});

test("each mutant names existing tests", () => {
  const missing = mutants.flatMap(({ tests }) => tests).filter((path) => !existsSync(fromRoot(path)));
  expect(missing).toEqual([]);
});
