import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { publicNames } from "./names.testing.ts";
import { root } from "./testing/worlds/instance.ts";
import {
  clausesIn,
  namesIn,
  ruledOut,
  ruledOutPrefixes,
  textFiles,
  wordsIn,
  wordsInName,
  wrongInNames,
} from "./words.testing.ts";

/** Files that name the words themselves, or that are not ours to word. */
const withOtherWords = [
  "docs/glossary.md", // names what it rules out
  "local/words.test.ts",
  "package-lock.json",
];
/** Names in which such a word is right, each for its reason. */
const rightInNames: Record<string, string> = {
  at_once: "when seats count that an invoice is sent for",
  access_token: "a word of RFC 6749",
  createDeviceToken: "of a device",
  "device-token": "of a device",
  credential: "the one of Web Authentication, in passkeys",
  credential_refused: "of a kind of credential, with which a request comes",
  expired_token: "a word of RFC 8628",
  once: "Stripe's word for a discount on one invoice",
  open: "Stripe's word for an invoice that can be paid; an invitation that can be accepted",
  still_open: "of an invitation that can be accepted",
  openToTeams: "what teams may override",
  past_due: "Stripe's word",
  sessionToken: "Amazon's word for a part of temporary credentials",
  token: "of a session, of a link, or of a device",
  token_reused: "of a device",
  token_type: "a word of RFC 6749",
  userCode: "a word of RFC 8628",
  user: "as Web Authentication says",
  userHandle: "as Web Authentication says",
  userVerification: "as Web Authentication says",
  user_code: "a word of RFC 8628",
  signInWithToken: "of a session",
  upload: "a step of an import",
};

/** Names of libraries, of the field, and of the alphabet. */
const rightInCode = /^(allSettled|onSettled|PromiseSettledResult|\w*[dD]eadLetters?\w*|strangeLetter|isLetter)$/;
const files = textFiles().filter((file) => !withOtherWords.includes(file));
const codeFiles = files.filter((file) => /\.([cm]?[jt]sx?|css)$/.test(file));
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
    ["a threat", "// threat: an admin takes back an invitation", "takes back"],
    ["a document", "The colour of `the-brake`.", "colour"],
    ["the name of a file", "core/member/mend-names.ts", "mend"],
  ])("is noticed in %s", (_, text, word) => {
    expect(wordsIn(text)).toContain(word);
  });

  test("is noticed as a whole word only", () => {
    expect(wordsIn("The recommended `till`-free tilling, at most 3, mostly.")).toEqual(["till"]);
  });

  test("is in no file and in no name of a file", () => {
    for (const kind of ["core/base/permission.ts", "web/src/main.tsx", "README.md", ".ci/run"]) {
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
    const names = Object.values(publicNames()).flatMap((some) => some.flatMap((name) => name.split(/[ ./{}]+/)));
    const wrong = [...new Set(names)].filter((name) => wordsInName(name).length > 0);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.sort(), "Use the word of docs/glossary.md, or give a reason.").toEqual(
      Object.keys(rightInNames).sort(),
    );
  });
});

describe("a name in code", () => {
  test.each([
    ["async function settle() {}", ["settle"]],
    ["once.isSettled = true;", ["isSettled"]],
    ["const settleSeconds = 60;", ["settleSeconds"]],
    ["export type MailTrouble = string;", ["MailTrouble"]],
    ["// threat: a slip denies every website", ["slip"]],
    ["const inTurn = turns(8);", ["inTurn"]],
    ["export function turns(atOnce: number) {}", ["turns"]],
    ["send(letter: MailMessage): void", ["letter"]],
    ["const noteLetter = letterOf(one);", ["noteLetter", "letterOf"]],
    ["/** A letter, then in turn a slippery number that returns. */", []],
  ])("has no word of the first texts: %s", (text, found) => {
    expect(namesIn(text)).toEqual(found);
  });

  test("has none in any file", () => {
    const found = codeFiles.flatMap((file) =>
      namesIn(read(file)).flatMap((name) => (rightInCode.test(name) ? [] : [`${file}: ${name}`])),
    );
    expect([...new Set(found)].sort(), "Use the word of docs/glossary.md.").toEqual([]);
  });
});

describe("a docstring", () => {
  test.each([
    ["/** Whether it counts. */", ["Whether it counts."]],
    ["/** What it costs, and why. */ type Cost = number;", ["What it costs, and why."]],
    ["/**\n   * How long it waits,\n   * in seconds.\n   */", ["How long it waits,"]],
    ["/** As `resolve`. */\n/** Until it ends. */", ["As `resolve`.", "Until it ends."]],
    ["/** Returns whether it counts. */", []],
    ["/** Assets of a page. */\n// What it costs\n/* What it costs */", []],
  ])("that begins with a clause is noticed, and no other: %s", (text, found) => {
    expect(clausesIn(text)).toEqual(found);
  });

  test("begins with a noun or a verb", () => {
    const found = codeFiles.flatMap((file) => clausesIn(read(file)).map((text) => `${file}: ${text}`));
    expect(found, "Say what it is or does, or leave the docstring out.").toEqual([]);
  });
});

/** The lines of a file's text, without its comments, that have this in them. */
const linesWith = (pattern: RegExp) => (text: string) =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, "")
    .split("\n")
    .filter((line) => pattern.test(line));

describe("someone", () => {
  const otherwise = linesWith(/\bsomebody\b/i);

  test("is noticed under another name, but not in a comment", () => {
    expect(otherwise('// somebody\n/** Somebody. */\nconst name = "Somebody";')).toEqual(['const name = "Somebody";']);
  });

  test("is called so in every text that people read", () => {
    const texts = files.filter((file) =>
      /^(web\/src|core|functions|clients)\/(?!testing\/).*(?<!\.(test|testing))\.tsx?$|^[^/]*\.md$|^docs\/.*\.(md|json)$/.test(
        file,
      ),
    );
    expect(texts).toEqual(expect.arrayContaining(["docs/openapi.json", "docs/teams.md", "core/mail/template.ts"]));
    expect(texts.flatMap((file) => otherwise(read(file)).map((line) => `${file}: ${line}`))).toEqual([]);
  });
});

describe("an apostrophe", () => {
  const straightIn = linesWith(/\p{L}'\p{L}/u);
  const curlyIn = linesWith(/\p{L}’\p{L}/u);

  test.each(["<p>You can't do this.</p>", "`the organization's ${name}`"])(
    "is noticed where it is straight: %s",
    (text) => {
      expect(straightIn(text)).toEqual([text]);
    },
  );

  test("is noticed in no comment, and not where it is curly", () => {
    expect(straightIn("const a = 1; // it's one\n/** It isn't two. */\n<p>You can’t</p>")).toEqual([]);
  });

  test("is curly in every text of a screen", () => {
    const screens = files.filter((file) => /^(web\/src|clients\/settings)\/.*(?<!\.test)\.tsx?$/.test(file));
    expect(screens).toContain("clients/settings/fields.ts");
    expect(
      screens.flatMap((file) => straightIn(read(file)).map((line) => `${file}: ${line}`)),
      "Write ’.",
    ).toEqual([]);
  });

  test("is straight in every text of the API and of emails", () => {
    const texts = files.filter((file) => /^(core|functions)\/.*(?<!\.test)\.ts$/.test(file));
    expect(texts).toEqual(expect.arrayContaining(["core/setting/team-layer.ts", "core/mail/template.ts"]));
    expect(curlyIn('failure("conflict", "a.b", "A team’s list.")')).toHaveLength(1);
    expect(
      texts.flatMap((file) => curlyIn(read(file)).map((line) => `${file}: ${line}`)),
      "Write '.",
    ).toEqual([]);
  });
});
