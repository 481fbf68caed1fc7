import { createHash } from "node:crypto";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import * as Ids from "../base/id.ts";
import { bind } from "../kernel/ports.ts";
import * as Code from "./code.ts";
import * as Token from "./token.ts";

const pepper = "a pepper for tests only, with 32 characters or more";
beforeEach(() => bind({ pepper }));

const ada = Ids.derive("address", "ada@example.com");
const eve = Ids.derive("address", "eve@example.com");
const flow = (n: number) => Ids.derive("flow", `flow ${n}`);

/** Chi-square of symbols against a uniform distribution. */
function unevenness(symbols: string[]): number {
  const counts = new Map([...Code.symbols].map((symbol) => [symbol, 0]));
  for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  const expected = symbols.length / Code.symbols.length;
  return [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("a code", () => {
  test("always has 8 symbols, none of which looks like another", () => {
    expect(Code.symbols).toMatch(/^[2-9A-Z]{30}$/);
    expect(Code.symbols).not.toMatch(/[01OILU]/);
    expect(new Set(Code.symbols).size).toBe(30);
    const property = fc.property(fc.string(), fc.string(), (one, other) => {
      const code = Code.derive(Ids.derive("flow", one), Ids.derive("address", other));
      expect(code).toMatch(/^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{8}$/);
    });
    fc.assert(property);
  });

  test("uses each symbol equally often at each position", () => {
    const codes = Array.from({ length: 6000 }, (_, n) => Code.derive(flow(n), ada));
    const places = Array.from({ length: Code.length }, (_, place) => codes.map((code) => code[place] as string));
    // 29 degrees of freedom: a uniform one exceeds this once in 100,000 runs
    for (const symbols of [...places, places.flat()]) expect(unevenness(symbols)).toBeLessThan(73);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test("belongs to one flow, one address and one deployment", () => {
    const code = Code.derive(flow(1), ada);
    expect(Code.derive(flow(1), ada)).toBe(code);
    expect(Code.matches(code, flow(1), ada)).toBe(true);
    expect([Code.matches(code, flow(2), ada), Code.matches(code, flow(1), eve)]).toEqual([false, false]);
    bind({ pepper: `${pepper}!` });
    expect(Code.matches(code, flow(1), ada)).toBe(false);
  });

  test("is recognized however it is typed", () => {
    const code = Code.derive(flow(1), ada);
    const typed = [code.toLowerCase(), Code.pretty(code), ` ${Code.pretty(code)}\n`, [...code].join(" "), `${code}.`];
    expect(typed.filter((text) => Code.matches(text, flow(1), ada))).toEqual(typed);
    expect(Code.pretty(code)).toMatch(/^\w{4}-\w{4}$/);
  });

  test("is refused if one character is wrong, missing or extra", () => {
    const code = Code.derive(flow(1), ada);
    const swapped = (at: number) => code.slice(0, at) + (code[at] === "2" ? "3" : "2") + code.slice(at + 1);
    const wrong = [
      ...Array.from(code, (_, at) => swapped(at)),
      code.slice(1),
      `${code}2`,
      "",
      "é".repeat(8),
      code + code,
    ];
    expect(wrong.filter((text) => Code.matches(text, flow(1), ada))).toEqual([]);
  });
});

describe("the mark of a browser", () => {
  test("is valid for the address that signed in there, and for no other", () => {
    const mark = Code.markBrowser(ada);
    expect(Code.knownBrowser(mark, ada)).toBe(mark.split(".")[0]);
    expect(Code.knownBrowser(mark, eve)).toBeUndefined();
    const made = [undefined, "", ".", "a.b", mark.split(".")[0], `x${mark}`, `${mark}x`, mark.replace(".", "")];
    expect(made.filter((one) => Code.knownBrowser(one, ada) !== undefined)).toEqual([]);
  });
});

describe("a token", () => {
  const account = Ids.create("account");

  test("names its account and its session, and is never repeated", () => {
    const token = Token.mint(account);
    expect(token).toMatch(/^mst_ses_[0-9A-Za-z]{75}$/);
    expect(Token.read(token)).toEqual({ account, session: Ids.derive("session", token) });
    expect(Token.mint(account)).not.toBe(token);
  });

  test("is stored as its hash only", () => {
    const token = Token.mint(account);
    const hash = BigInt(`0x${createHash("sha256").update(token).digest("hex").slice(0, 32)}`);
    const stored = [...(Token.read(token)?.session.slice(4) ?? "")].reduce(
      (sum, letter) => sum * 32n + BigInt("0123456789ABCDEFGHJKMNPQRSTVWXYZ".indexOf(letter)),
      0n,
    );
    expect(stored).toBe(hash);
  });

  test("is refused without a read if one character of it changes", () => {
    const token = Token.mint(account);
    const symbol = fc.constantFrom(..."0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-. é");
    const property = fc.property(fc.nat(token.length - 1), symbol, (at, letter) => {
      fc.pre(token[at] !== letter);
      expect(Token.read(token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
    });
    fc.assert(property, { numRuns: depth(300, 10_000) });
  });

  test("is refused if it is truncated, longer, of another kind or forged", () => {
    const token = Token.mint(account);
    const wrong = [
      "",
      "mst_ses_",
      token.slice(0, -1),
      `${token}0`,
      ` ${token}`,
      `${token}\n`,
      token.replace("mst_ses_", "mst_pat_"),
      token.replace("mst_ses_", ""),
      token.toLowerCase(),
      `mst_ses_${"0".repeat(75)}`,
    ];
    expect(wrong.filter((one) => Token.read(one) !== undefined)).toEqual([]);
  });
});

test("ids and credentials have different prefixes", () => {
  const credential = Token.mint(Ids.create("account"));
  const nouns = Object.keys(Ids.prefixes) as Ids.Noun[];
  expect(nouns.filter((noun) => Ids.is(noun, credential))).toEqual([]);
  expect(nouns.map((noun): ID<Ids.Noun> => Ids.create(noun)).filter((id) => id.startsWith("mst_"))).toEqual([]);
});
