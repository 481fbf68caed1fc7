import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { everything } from "./kind.ts";
import { matcher, maxText, normalize, notes, problems } from "./website.ts";

const suffixes = new Set(["com", "co.uk", "de", "github.io"]);
const read = (text: string) => normalize(text, (host) => suffixes.has(host));
const patternOf = (text: string) => {
  const normalized = read(text);
  return "pattern" in normalized ? normalized.pattern : normalized.problem;
};
const covers = (pattern: string, address: string) => matcher([patternOf(pattern)])(address) !== undefined;

describe("a text", () => {
  test.each([
    ["example.com", "example.com"],
    [" EXAMPLE.com ", "example.com"],
    ["https://example.com/", "example.com"],
    ["HTTP://Example.COM:80", "example.com"],
    ["example.com:443", "example.com"],
    ["http://example.com:443", "example.com"],
    ["https://example.com:80/a", "example.com/a"],
    ["https://example.com:8443/a", "example.com:8443/a"],
    ["//example.com/a", "example.com/a"],
    ["example.com.", "example.com"],
    ["example.com/*", "example.com"],
    ["*.example.com", "*.example.com"],
    ["*.example.com/*", "*.example.com"],
    ["example.com/Docs/", "example.com/Docs"],
    ["example.com/docs/*", "example.com/docs/*"],
    ["example.com/%61%2f%7E", "example.com/a%2F~"],
    ["example.com/%2561", "example.com/%2561"],
    ["example.com/a//b", "example.com/a/b"],
    ["example.com/a/../b", "example.com/b"],
    ["bücher.de", "xn--bcher-kva.de"],
    ["http://1.2.3.4/", "1.2.3.4"],
    ["http://0x7f.1/", "127.0.0.1"],
    ["[2001:DB8::1]:8080", "[2001:db8::1]:8080"],
    ["bbc.co.uk", "bbc.co.uk"],
    ["HTTPS://ADA.example.com:0443/%7ea", "ada.example.com/~a"],
    ["https:\\\\example.com\\a", "example.com/a"],
    ["https:////example.com", "example.com"],
    ["ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"],
    ["http：／／例え。jp：8080／道", "xn--r8jz45g.jp:8080/%E9%81%93"],
    ["＊.例え.jp", "*.xn--r8jz45g.jp"],
    ["เว็บไซต์.ไทย", "xn--c3cun5c2g0at8b.xn--o3cw4h"],
    ["example.com/a：b", "example.com/a%EF%BC%9Ab"],
    ["exa\u200bmple.com", "example.com"],
    ["0x7f000001.", "127.0.0.1"],
    ["127.1:8080", "127.0.0.1:8080"],
    ["[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
    ["example.com/%00", "example.com/%00"],
    ["example.com/\u202egpj.exe", "example.com/%E2%80%AEgpj.exe"],
    ["example.com/a;b=c,d", "example.com/a;b=c,d"],
    ["example.com:00080", "example.com"],
    ['"example.com"', "example.com"],
    ["'example.com'", "example.com"],
    ["“https://example.com/a”,", "example.com/a"],
    ["(example.com)", "example.com"],
    ["<https://example.com>", "example.com"],
    ["example.com,", "example.com"],
    [' ("example.com"); ', "example.com"],
    ["example.com/A_(b)", "example.com/A_(b)"],
    ["‹example.com›", "example.com"],
    ["【example.com】", "example.com"],
    ["「https://example.com/a」", "example.com/a"],
    ["example.com、", "example.com"],
    ["‹example.com", "example.com"],
    ["example.com/a b", "example.com/a%20b"],
    ["ex\u00adam\u2060ple.com", "example.com"],
    ["i❤️.ws", "xn--i-7iq.ws"],
    ["my_site.example.com", "my_site.example.com"],
    ["foo-.example.com", "foo-.example.com"],
    ["www.i❤️.ws", "www.xn--i-7iq.ws"],
    ["www.می\u200cخواهم.ir", "www.xn--mgbn2ecje63gr19l.ir"],
    ["docs.\u200bexample.com", "docs.example.com"],
    ["example.com/My Report.pdf", "example.com/My%20Report.pdf"],
    ["example.com/a b.org", "example.com/a%20b.org"],
    ["example.com/a b.example.org/x y", "example.com/a%20b.example.org/x%20y"],
    ["example\u200b.com.\u200bexample.org", "example.com.example.org"],
    ["a--b.example.com", "a--b.example.com"],
    ["ドメイン・例.jp", "xn--eckwd4c7cvb1327a.jp"],
    ["https://example.com,", "example.com"],
    ["https://example.com;", "example.com"],
    ['https://example.com"', "example.com"],
    ["HTTPS://example.com/a;", "example.com/a;"],
  ])("%s stands for %s, which stands for itself", (text, pattern) => {
    expect(read(text)).toEqual({ pattern, notes: [] });
    expect(read(pattern)).toEqual({ pattern, notes: [] });
  });

  test.each([
    ["", "empty"],
    ["   ", "empty"],
    [`example.com/${"a".repeat(maxText)}`, "too_long"],
    ["facebook", "bare_label"],
    ["localhost:3000", "bare_label"],
    ["com", "bare_label"],
    ["co.uk", "public_suffix"],
    ["*.github.io", "public_suffix"],
    ["10.0.0.0/8", "range"],
    ["[2001:db8::]/32", "range"],
    ["10.0.0.0//8/", "range"],
    ["ftp://example.com", "scheme"],
    ["file:///etc/passwd", "scheme"],
    ["javascript:alert(1)", "scheme"],
    ["mailto:ada@example.com", "scheme"],
    ["https://ada:secret@example.com", "credentials"],
    ["ada@example.com", "credentials"],
    ["ex*mple.com", "wildcard"],
    ["*.*.example.com", "wildcard"],
    ["*", "wildcard"],
    ["*.1.2.3.4", "wildcard"],
    ["*.example.com/a", "wildcard"],
    ["example.com/*/a", "wildcard"],
    ["example.com/a*", "wildcard"],
    ["example.com;example.org", "several"],
    ["example.com, example.org", "several"],
    ["example.com example.org/a", "several"],
    ["https://a.com, https://b.com", "several"],
    ["example.com\nexample.org", "several"],
    ["example.com/a\r\nexample.org", "several"],
    ["example.com/x example.org/y", "several"],
    ["example.com/x, example.org/y", "several"],
    ["example.com/x,https://example.org/y", "several"],
    ["example.com、example.org", "several"],
    ["example.com،example.org", "several"],
    ["example.com|example.org", "several"],
    ["example.com\u200bexample.org", "several"],
    ["example.com\u2060example.org/a", "several"],
    ["example.com.\u200bexample.org.", "several"],
    ["example.com\ufeffexample.org", "several"],
    ["example.com؛example.org", "several"],
    ["example.com\texample.org", "several"],
    ["example.com\n\u200bexample.org/a", "several"],
    ["*.example.com example.org", "several"],
    ["example.com https://example.org", "several"],
    ["example.com/a https://example.org", "several"],
    ["example.com/a;https://example.org", "several"],
    ["example.com\nhttps:", "several"],
    ["example.com/a\tb", "unreadable"],
    ["[::1] [::2]", "unreadable"],
    ["-example.com", "unreadable"],
    ["example-.com", "unreadable"],
    ["a.-example.com", "unreadable"],
    ["example.com…", "unreadable"],
    ["exam‹ple.com", "unreadable"],
    ["【example.com", "unreadable"],
    ["example、a.com", "unreadable"],
    ["example→.com", "unreadable"],
    ["example.com\na", "unreadable"],
    ["(example.com", "unreadable"],
    ["example.com'evil.com", "unreadable"],
    ["example.com,evil", "unreadable"],
    ["example..com", "unreadable"],
    ["exa mple.com", "unreadable"],
    ["example.com:99999", "unreadable"],
    ["::1", "unreadable"],
    ["https://", "unreadable"],
    [".", "unreadable"],
    [`https://${"a.".repeat(5_000)}com/`, "too_long"],
    [`${"a".repeat(64)}.com`, "unreadable"],
    [`${"abcdefgh.".repeat(29)}com`, "unreadable"],
    ["example.com%00.evil.com", "unreadable"],
    ["example\0.com", "unreadable"],
    ["\u202emoc.elpmaxe", "unreadable"],
    ["exa\u200fmple.com", "unreadable"],
    ["xn--a.com", "unreadable"],
    ["example.com:-1", "unreadable"],
    ["example.com:80:80", "unreadable"],
    ["[2001:db8::1", "unreadable"],
    ["[fe80::1%25eth0]", "unreadable"],
    ["2001:db8::1", "unreadable"],
    ["256.256.256.256", "unreadable"],
    ["1.2.3.4.5", "unreadable"],
    ["blob:https://example.com/a", "scheme"],
    ["data:text/html,a", "scheme"],
    ["FILE:///c:/a", "scheme"],
    ["chrome-extension://abc/a", "scheme"],
    ["https://@example.com", "credentials"],
    ["https://example.com:80@evil.com", "credentials"],
    ["https://*.example.com:*", "wildcard"],
    ["*.com/*/*", "bare_label"],
    ["\\\\*.*", "wildcard"],
    ["\\\\ada:secret@example.com", "credentials"],
    ["example.*", "wildcard"],
    ["*example.com", "wildcard"],
    ["**.example.com", "wildcard"],
    ["example.com/**", "wildcard"],
    ["*.", "unreadable"],
    ["*.[::1]", "wildcard"],
  ])("%s is no pattern: %s", (text, problem) => {
    expect(read(text)).toEqual({ problem });
  });

  test("loses its query and fragment, and says so", () => {
    expect(read("https://example.com/a?b=c#d")).toEqual({ pattern: "example.com/a", notes: ["query_dropped"] });
    const sentence = { pattern: "example.com", notes: ["query_dropped"] };
    expect(read("example.com?q=a example.org/c, https://example.org")).toEqual(sentence);
    expect(read("example.com?b")).toEqual({ pattern: "example.com", notes: ["query_dropped"] });
  });

  test("that mixes alphabets within a label is kept, with a warning", () => {
    expect(read("аpple.com")).toEqual({ pattern: "xn--pple-43d.com", notes: ["mixed_scripts"] });
    expect(read("яндекс.com")).toEqual({ pattern: "xn--d1acpjx3f.com", notes: [] });
  });

  test("that somebody made up has an answer, and a pattern stands for itself", () => {
    const piece = fc.constantFrom(
      "*",
      ".",
      "/",
      ":",
      "//",
      "?",
      "#",
      "%61",
      "%2F",
      "@",
      "[",
      "]",
      "a",
      "com",
      "ü",
      "80",
      "\\",
      " ",
      "http:",
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((all) => all.join("")),
      fc.webUrl(),
      fc.string(),
    );
    const property = fc.property(text, (one) => {
      const normalized = read(one);
      const answer =
        "problem" in normalized
          ? [problems[normalized.problem]]
          : [...normalized.notes.map((note) => notes[note]), patternOf(normalized.pattern) === normalized.pattern];
      expect(answer.every(Boolean)).toBe(true);
    });
    fc.assert(property, { numRuns: depth(1_000, 50_000) });
  });
});

describe("a pattern", () => {
  test.each([
    ["example.com", "https://example.com/", true],
    ["example.com", "http://www.example.com:8080/a?b", true],
    ["example.com", "https://EXAMPLE.com./a", true],
    ["example.com", "https://notexample.com/", false],
    ["example.com", "https://example.com.evil.net/", false],
    ["example.com", "https://evil.net/example.com", false],
    ["*.example.com", "https://example.com/", false],
    ["*.example.com", "https://a.b.example.com/", true],
    ["example.com:8443", "https://example.com:8443/", true],
    ["example.com:8443", "https://example.com/", false],
    ["https://example.com:8080", "http://example.com:8080/", true],
    ["example.com/docs", "https://example.com/docs", true],
    ["example.com/docs", "https://example.com/docs/", true],
    ["example.com/docs", "https://www.example.com/docs/a?b=c", true],
    ["example.com/docs", "https://example.com/docsearch", false],
    ["example.com/docs", "https://example.com/Docs", false],
    ["example.com/docs", "https://example.com/%64ocs", true],
    ["example.com/docs", "https://example.com/%2564ocs", false],
    ["example.com/docs/*", "https://example.com/docs", false],
    ["example.com/docs/*", "https://example.com/docs/a", true],
    ["bücher.de", "https://xn--bcher-kva.de/", true],
    ["1.2.3.4", "https://1.2.3.4/a", true],
    ["1.2.3.4", "https://9.1.2.3.4.example.com/", false],
    ["[2001:db8::1]", "https://[2001:db8:0::1]/", true],
    ["example.com", "ftp://example.com/", false],
    ["example.com", "not an address", false],
  ])("%s on %s: %s", (pattern, address, isCovered) => {
    expect(covers(pattern, address)).toBe(isCovered);
  });

  test("for everything covers every address", () => {
    expect(matcher([everything])("https://example.com/")).toBe(everything);
    expect(matcher([])("https://example.com/")).toBeUndefined();
  });
});

test("a list of any length tells the pattern that covers an address, as each pattern alone would", () => {
  const host = fc
    .array(fc.constantFrom("a", "b", "example", "com"), { minLength: 2, maxLength: 4 })
    .map((all) => all.join("."));
  const path = fc.array(fc.constantFrom("a", "b"), { maxLength: 3 }).map((all) => all.map((one) => `/${one}`).join(""));
  const pattern = fc
    .tuple(fc.constantFrom("", "*."), host, fc.constantFrom("", ":8080"), path, fc.constantFrom("", "/*"))
    .map(([below, name, port, rest, end]) => (below ? `*.${name}${port}` : `${name}${port}${rest}${end}`))
    .map((text) => patternOf(text));
  const address = fc
    .tuple(host, fc.constantFrom("", ":8080"), path)
    .map(([name, port, rest]) => `https://${name}${port}${rest}`);
  const property = fc.property(fc.array(pattern, { maxLength: 20 }), address, (patterns, one) => {
    const covering = matcher(patterns)(one);
    const alone = patterns.filter((each) => matcher([each])(one) !== undefined);
    expect(covering === undefined ? alone : alone.includes(covering)).toEqual(covering === undefined ? [] : true);
  });
  fc.assert(property, { numRuns: depth(400, 20_000) });
});

test("50,000 patterns are prepared once, and each address takes a few steps", () => {
  const patterns = Array.from({ length: 50_000 }, (_, i) => `site-${i}.example${i % 7}.com/path`);
  const find = matcher(patterns);
  expect(find("https://www.site-49999.example5.com/path/a")).toBe("site-49999.example5.com/path");
  expect(find("https://www.site-49999.example5.com/other")).toBeUndefined();
});
