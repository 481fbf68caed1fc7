import { beforeEach, expect, test } from "vitest";
import { openBrowser } from "../testing/browser.ts";
import { recallColumns, rememberColumns } from "./import-columns.ts";

let storage: Storage;
beforeEach(() => {
  storage = openBrowser().local;
});

const headings = ["Kontakt", "Funktion"];

test("what the columns of a file hold is remembered by its headings, in any case, per organization", () => {
  rememberColumns("org_1", headings, ["email", "role"]);
  expect(recallColumns("org_1", ["KONTAKT ", "funktion"])).toEqual(["email", "role"]);
  expect(recallColumns("org_1", [...headings, "line", "outcome", "reason"])).toEqual(["email", "role"]);
  expect(recallColumns("org_1", headings.toReversed())).toBeUndefined();
  expect(recallColumns("org_1", ["Kontakt"])).toBeUndefined();
  expect(recallColumns("org_2", headings)).toBeUndefined();
  expect(JSON.stringify(storage)).not.toMatch(/kontakt/i);
});

test("a later choice replaces it, and none is forgotten", () => {
  rememberColumns("org_1", headings, ["email", "role"]);
  rememberColumns("org_1", headings, ["role", "email"]);
  expect(recallColumns("org_1", headings)).toEqual(["role", "email"]);
  rememberColumns("org_1", headings, undefined);
  expect(recallColumns("org_1", headings)).toBeUndefined();
});

test("of many files, the latest twenty are remembered", () => {
  for (let at = 0; at < 21; at++) {
    rememberColumns("org_1", [`Heading ${at}`], ["email"]);
  }
  expect(recallColumns("org_1", ["Heading 0"])).toBeUndefined();
  expect(recallColumns("org_1", ["Heading 1"])).toEqual(["email"]);
  expect(recallColumns("org_1", ["Heading 20"])).toEqual(["email"]);
});

test.each(["{", "{}", "null", '[["k"]]', '[[1,["email"]]]', '[["KEY",["name"]]]', '[["KEY",["email","pronouns"]]]'])(
  "what another release stored is ignored: %s",
  (stored) => {
    rememberColumns("org_1", headings, ["email"]);
    const [[key] = []] = JSON.parse(storage.getItem("import-columns:org_1") ?? "") as string[][];
    storage.setItem("import-columns:org_1", stored.replace("KEY", key ?? ""));
    expect(recallColumns("org_1", headings)).toBeUndefined();
    rememberColumns("org_1", headings, ["role", "email"]);
    expect(recallColumns("org_1", headings)).toEqual(["role", "email"]);
  },
);

test("without storage nothing is remembered, and nothing fails", () => {
  openBrowser({ isStorageOn: false });
  rememberColumns("org_1", headings, ["email"]);
  expect(recallColumns("org_1", headings)).toBeUndefined();
});
