import { shownMentions } from "@muster/core/update/read-markdown.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { bombs, corpus, deceptive, sample } from "./markdown.testing.ts";
import { Markdown } from "./markdown.tsx";
import { type Node, parse } from "./parse.ts";

const names = { acc_01ARZ3NDEKTSV4RRFFQ69G5FAV: "Ada **L** <b>", team_01ARZ3NDEKTSV4RRFFQ69G5FAW: "Design" };
const render = (text: string) => renderToStaticMarkup(createElement(Markdown, { text, names }));

const reference = render(sample);
/** The classes of everything that a text can be, and of one that is too large. */
const looks = new Set((reference + render("x".repeat(20_001))).match(/(?<= class=")[^"]*(?=")/g));

const plain = "p span h4 h5 h6 blockquote ul li strong em del code br hr table thead tbody tr th td bdi".split(" ");
const attributes: Record<string, RegExp> = {
  "ol start": /^\d{1,9}$/,
  "pre tabindex": /^0$/,
  "figure tabindex": /^0$/,
  "figure aria-label": /^Table$/,
  "span aria-hidden": /^true$/,
  "a href": /^(?:https?:\/\/[^/@\s]+\/|mailto:[^\s?]+$)/,
  "a title": /^(?:https?:\/\/[^/@\s]+\/|mailto:[^\s?]+$)/,
  "a target": /^_blank$/,
  "a rel": /^noopener noreferrer nofollow ugc$/,
};
const tags = [...plain, "ol", "pre", "div", "figure", "a"];

/** Returns what a page shows that is none of the elements, attributes and addresses that a text may have. */
function flawsOf(markup: string) {
  const flaws: string[] = markup.match(/<a [^>]*>(?:(?!<\/a>).)*<a /s) ?? [];
  const text = markup.replaceAll(/<\/?([a-z\d]+)((?: [a-z-]+="[^"<>]*")*)\/?>/g, (found, tag, list) => {
    const wrong = [...String(list).matchAll(/ ([a-z-]+)="([^"]*)"/g)].filter(([, name, value = ""]) =>
      name === "class"
        ? !looks.has(value)
        : name === "dir"
          ? value !== "auto"
          : !attributes[`${tag} ${name}`]?.test(value),
    );
    if (!tags.includes(String(tag)) || wrong.length > 0) flaws.push(found);
    return "";
  });
  return [...flaws, ...(/[<>]|[\u202a-\u202e\u2066-\u2069]/.exec(text) ?? [])];
}

test("a text has the layout of CommonMark, tables, tasks and code", () => {
  expect(reference.replaceAll(/ class="[^"]*"/g, "")).toMatchSnapshot();
  expect(flawsOf(reference)).toEqual([]);
});

test("whatever a text is, nothing of it acts, loads, or borrows a look", () => {
  expect(corpus.length).toBeGreaterThanOrEqual(300);
  expect(new Set(corpus).size).toBe(corpus.length);
  const small = corpus.filter((text) => !Object.values(bombs).includes(text));
  expect(small.filter((text) => flawsOf(render(text)).length > 0)).toEqual([]);
});

test("so does any mixture of them", () => {
  const pieces = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...corpus.filter(({ length }) => length < 200)) },
    fc.constantFrom(
      ..."*_~`[]()<>!#|-+\\&\"'@:/ \n\t".split(""),
      "](",
      "](<",
      "```\n",
      "\n\n",
      "> ",
      "- [ ] ",
      "|-|\n",
    ),
    fc.string({ maxLength: 8, unit: "binary" }),
  );
  const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      expect(flawsOf(render(text))).toEqual([]);
    }),
    { numRuns: depth(80, 20_000) },
  );
});

test("the page names the members that the server notifies", () => {
  const id = "acc_01ARZ3NDEKTSV4RRFFQ69G5FAV";
  const mentioned = (nodes: readonly Node[]): string[] =>
    nodes.flatMap((node) => ("children" in node ? mentioned(node.children) : node.type === "mention" ? [node.id] : []));
  const marks = [..."*_~`[]()<>!#|\\\n ", "](", "```\n", "    ", "\n\n", "> ", "[1]: https://e.example/", "| - |\n"];
  const piece = fc.oneof(fc.constantFrom(...marks), fc.constant(`@${id}`), fc.constantFrom(...corpus.slice(0, 50)));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect(shownMentions(text)).toEqual([...new Set(mentioned(parse(text) ?? []))]);
    }),
    { numRuns: depth(100, 20_000) },
  );
});

test.each(Object.entries(bombs))("nor does it make the page large: %s", (_, text) => {
  const markup = render(text);
  expect(flawsOf(markup)).toEqual([]);
  expect(markup.length).toBeLessThan(1_000_000);
  expect(markup.split("<").length).toBeLessThan(12_000);
});

test("what is wrong is found", () => {
  const wrong = [
    "<script>alert(1)</script>",
    '<a href="javascript:alert(1)">x</a>',
    '<p onclick="alert(1)">x</p>',
    '<p class="fixed inset-0">x</p>',
    '<img src="https://evil.example"/>',
    "<svg onload=alert(1)></svg>",
    '<a href="https://a.example/"><a href="https://b.example/">x</a></a>',
    "a < b",
    "\u202e",
  ];
  expect(wrong.filter((markup) => flawsOf(markup).length === 0)).toEqual([]);
});

describe("a link", () => {
  test.each(deceptive)("says where it leads: %s", (text) => {
    expect(render(text)).toMatch(/ \((?:a@)?(?:evil\.example|xn--bnk-evil-16g\.example)\)<\/a>/);
  });

  test.each([
    "[the news](https://a.example/news)",
    "[a.example](https://a.example/news)",
    "[a.example](https://www.a.example/news)",
    "[https://A.example/news](https://a.example/news)",
    "https://a.example/news",
    "<mailto:ada@a.example>",
    "[ada@a.example](mailto:ada@a.example)",
  ])("that hides nothing adds nothing: %s", (text) => {
    expect(render(text)).toMatch(/<a [^>]*><bdi>[^<(]*<\/bdi><\/a>/);
  });

  test("of an image or to an email fills in nothing", () => {
    expect(render("[x](mailto:a@b.example?bcc=c@d.example)")).toContain('href="mailto:a@b.example"');
    expect(render("![x](http://a.example/b.png)")).not.toContain("<a");
  });
});

describe("a mention", () => {
  test("has the name that the reader may see, as text", () => {
    expect(render("@acc_01ARZ3NDEKTSV4RRFFQ69G5FAV")).toContain("@<bdi>Ada **L** &lt;b&gt;</bdi>");
    expect(render("@acc_01ARZ3NDEKTSV4RRFFQ69G5FAX")).toContain("@<bdi>Former member</bdi>");
    expect(render("@team_01ARZ3NDEKTSV4RRFFQ69G5FAX")).toContain("@<bdi>a team</bdi>");
  });

  test.each(["`@acc_01ARZ3NDEKTSV4RRFFQ69G5FAV`", "@acc_01ARZ3NDEKTSV4RRFFQ69G5FAVX", "@acc_01ARZ3NDEKTSV4"])(
    "is none in code, or with another length: %s",
    (text) => expect(render(text)).not.toContain("Ada"),
  );

  test("is text where there are more than fifty", () => {
    expect(render("@acc_01ARZ3NDEKTSV4RRFFQ69G5FAV ".repeat(60)).match(/@<bdi>/g)).toHaveLength(50);
  });
});

test("headings leave out no rank, whatever the text's own are", () => {
  const ranks = (text: string) =>
    render(text)
      .match(/(?<=<h)\d/g)
      ?.join("");
  expect(ranks("### a\n# b\n###### c\n## d")).toBe("4455");
  expect(ranks("# a\n## b\n### c\n#### d")).toBe("4566");
});
