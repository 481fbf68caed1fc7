import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { publicNames } from "./names.testing.ts";
import { root } from "./testing/worlds/instance.ts";

// docs/names.json is the promise of docs/glossary.md: a name in it may not go away within /api/v1.

type Names = Record<string, string[]>;
const file = join(root, "docs/names.json");
const promised = existsSync(file) ? unfolded(JSON.parse(readFileSync(file, "utf8"))) : {};
const present: Names = publicNames();

/** The names that begin with one word are in one line, each with what follows that word. */
type Folded = Record<string, Record<string, string>>;

function folded(names: Names): Folded {
  const lines = ([kind, all]: [string, string[]]) => {
    const first = (name: string) => /^\w+/.exec(name)?.[0] ?? "";
    const words = [...new Set(all.map(first))];
    const rests = (word: string) => all.filter((name) => first(name) === word).map((name) => name.slice(word.length));
    return [kind, Object.fromEntries(words.map((word) => [word, rests(word).join(",")]))];
  };
  return Object.fromEntries(Object.entries(names).map(lines));
}

function unfolded(file: Folded): Names {
  const namesOf = ([word, rests]: [string, string]) => rests.split(",").map((rest) => `${word}${rest}`);
  return Object.fromEntries(Object.entries(file).map(([kind, all]) => [kind, Object.entries(all).flatMap(namesOf)]));
}

const missing = (names: Names, from: Names) =>
  Object.entries(names).flatMap(([kind, all]) =>
    all.filter((one) => !from[kind]?.includes(one)).map((one) => `${kind}: ${one}`),
  );

if (process.env.MUSTER_WRITE) {
  const kinds = [...new Set([...Object.keys(promised), ...Object.keys(present)])];
  const all = kinds.map((kind) => [kind, [...new Set([...(promised[kind] ?? []), ...(present[kind] ?? [])])].sort()]);
  writeFileSync(file, `${JSON.stringify(folded(Object.fromEntries(all)), undefined, 2)}\n`);
}

test("no name that clients rely on is gone", () => {
  const gone = missing(promised, present);
  expect(
    gone,
    "These names are stable. Keep them, or remove the line from docs/names.json and say it in the release notes.",
  ).toEqual([]);
});

test("names are the same after they were written and read", () => {
  expect(unfolded(folded(present))).toEqual(present);
});

test("every name that clients rely on is in docs/names.json", () => {
  expect(missing(present, { ...promised, ...(process.env.MUSTER_WRITE && present) }), "Run npm run openapi.").toEqual(
    [],
  );
});

test("a removed and a renamed name of each kind are noticed", () => {
  for (const kind of Object.keys(present)) {
    const [first = "", ...others] = present[kind] ?? [];
    expect(missing(present, { ...present, [kind]: others })).toEqual([`${kind}: ${first}`]);
    expect(missing(present, { ...present, [kind]: [`${first}x`, ...others] })).toEqual([`${kind}: ${first}`]);
  }
});
