import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicNames } from "./names.testing.ts";
import { root } from "./testing/worlds/instance.ts";
import { ruledOut, ruledOutPrefixes, textFiles, wordsIn, wordsInName, wrongInNames } from "./words.testing.ts";

/** Files that name the words themselves, or that are not ours to word. */
const withOtherWords = [
  "docs/glossary.md", // names what it rules out
  "local/words.test.ts",
  "package-lock.json",
];
/** Words that are right in these names, each for its reason. */
const rightInNames: Record<string, string> = {
  once: "Stripe's word for a discount on one invoice",
  open: "an invitation that can be accepted, in Stripe's sense an invoice that can be paid",
  openToTeams: "a setting that teams may override",
  "invitation.still_open": "an invitation that can be accepted",
  "outbox.gone": "not the end of a membership",
  "mail.gone": "not the end of a membership",
  past_due: "Stripe's word",
  "billing.past_due": "Stripe's word",
  person: "the person that a notification is about",
  token: "proves a right: of a session, of a link",
  "sign-in/token": "proves a right",
  signInWithToken: "proves a right",
  upload: "a step of an import",
};

const files = textFiles().filter((file) => !withOtherWords.includes(file));
const read = (file: string) => readFileSync(join(root, file), "utf8");

describe("a word that the glossary rules out everywhere", () => {
  test("is read from its last column and its sentences", () => {
    expect(ruledOut).toEqual(expect.arrayContaining(["mend", "takes back", "whoever", "colour", "fates", "verdict"]));
    expect(ruledOutPrefixes).toEqual(["most", "longest", "least", "shortest"]);
  });

  test.each([
    ["an identifier", "const mendTeams = 1;", "mend"],
    ["a type", "export type MendedRow = { id: string };", "mended"],
    ["an identifier that begins so", "export const mostRows = 100;", "mostRows"],
    ["a permission", '"member.mend": { system: "any" },', "mend"],
    ["an event", 'Event.define("member.taken_back", v.object({}))', "taken back"],
    ["a failure code", 'failure("conflict", "billing.brake_pulled", "Reload.")', "brake"],
    ["a route", '.get("/deeds", query(List.list))', "deeds"],
    ["a comment", "/** Returns whom it concerns. */", "whom"],
    ["a string", 'throw new Error("Meanwhile it changed.");', "meanwhile"],
    ["a screen", "<p>Whoever signs in sees this.</p>", "whoever"],
    ["an email", 'preview: "You were taken back."', "taken back"],
    ["a threat of a mutant", '"threat": "an admin takes back an invitation"', "takes back"],
    ["a document", "The colour of `the-brake`.", "colour"],
    ["the name of a file", "core/member/mend-names.ts", "mend"],
  ])("is noticed in %s", (_, text, word) => {
    expect(wordsIn(text)).toContain(word);
  });

  test("is noticed as a whole word only", () => {
    expect(wordsIn("The recommended `till`-free tilling, at most 3, mostly.")).toEqual(["till"]);
  });

  test("is in no file and in no name of a file", () => {
    for (const kind of ["core/base/permission.ts", "web/src/main.tsx", "mutants.json", "README.md", ".ci/run"]) {
      expect(files).toContain(kind);
    }
    const found = files.flatMap((file) => {
      const lines = [file, ...read(file).split("\n")];
      return lines.flatMap((line, at) => wordsIn(line).map((word) => `${file}:${at}: ${word}`));
    });
    expect(found, "Say it with the word of docs/glossary.md.").toEqual([]);
  });
});

describe("a word that is wrong for one concept", () => {
  test("is noticed in each kind of name", () => {
    expect(wrongInNames).toEqual(expect.arrayContaining(["ask", "offer", "proof", "payment provider"]));
    const names = [
      "invitation.offer",
      "GET /api/v1/workspaces/{workspace}/offer",
      "provenProof",
      "billing.settle_late",
    ];
    expect(names.map(wordsInName)).toEqual([["offer"], ["workspace", "offer"], ["proof"], ["settle", "late"]]);
  });

  test("is in no permission, route, operation, event, code or field", () => {
    const names = Object.values(publicNames()).flat();
    expect(names.length).toBeGreaterThan(800);
    const wrong = names.filter((name) => wordsInName(name).length > 0 && !isRight(name));
    expect(wrong, "Use the word of docs/glossary.md, or give a reason in rightInNames.").toEqual([]);
    const unused = Object.keys(rightInNames).filter((name) => !names.some((one) => isNamed(one, name)));
    expect(unused, "No name needs these exceptions.").toEqual([]);
  });
});

const isRight = (name: string) => Object.keys(rightInNames).some((one) => isNamed(name, one));
/** The whole name, or the end of a field or a route. */
const isNamed = (name: string, one: string) => name === one || name.endsWith(`.${one}`) || name.endsWith(`/${one}`);
