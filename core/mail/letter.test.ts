import { beforeEach, describe, expect, test } from "vitest";
import { bind } from "../kernel/ports.ts";
import { codeLetter, compose, createdLetter } from "./letter.ts";

beforeEach(() =>
  bind({ settings: { productName: "Ada & Co", siteUrl: "https://muster.example", freeSeats: 3, mailsPerHour: 9 } }),
);
const to = "ada@example.com";
const url = "https://muster.example/sign-in#flow=flow_1&code=ABCDEFGH";
const created = (organization: string, person: string) =>
  compose(to, createdLetter(organization, person, "https://muster.example/organizations/org_1"), { kind: "notice" });
const code = () => compose(to, codeLetter("ABCD-EFGH", url), { kind: "code" });

/** What a person reads of the HTML: the card's text, tags taken away and entities read. */
function read(html: string): string {
  const card = html.slice(html.indexOf('<div class="card"')).replaceAll(/<[^>]+>/g, "\n");
  return words(
    card
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&#39;", "'")
      .replaceAll("&amp;", "&"),
  );
}
const words = (text: string) => text.split(/\s+/).filter(Boolean).join(" ");
const hrefs = (html: string) => [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href?.replaceAll("&amp;", "&"));

describe("a letter", () => {
  test("says the same in text and in HTML, but for the address of a button", () => {
    const signIn = code();
    expect(words(signIn.text.replace(`:\n${url}`, ""))).toBe(read(signIn.html));
    const notice = created(`A "B" <C> & D's`, "Ada");
    expect(words(notice.text.replace(/:\nhttps:\S+/, ""))).toBe(read(notice.html));
  });

  test("links to the site only, and to the same place in both parts", () => {
    expect(hrefs(code().html)).toEqual([url]);
    expect(code().text).toContain(`${url}\n`);
    expect(hrefs(created("Acme", "Ada").html)).toEqual(["https://muster.example/organizations/org_1"]);
  });

  test("escapes whatever people named things", () => {
    const evil = `<img src=x onerror="alert(1)"> & 'x'`;
    const { html } = created(evil, evil);
    expect(html).not.toContain("<img");
    expect(html).not.toContain(`onerror="`);
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; &#39;x&#39;");
    expect(html).toContain("Ada &amp; Co");
  });

  test("loads nothing from anywhere, and so tells nobody that it was read", () => {
    for (const { html } of [code(), created("Acme", "Ada")]) {
      expect(html).not.toMatch(/<img|<script|<link|<iframe|<form|url\(|src=|@import/i);
      expect(html.match(/https?:\/\/[^"\s<]+/g)?.every((one) => one.startsWith("https://muster.example/"))).toBe(true);
    }
  });

  test("says how long a code is valid, and what to do if one did not ask for it", () => {
    expect(code().text).toMatch(/10 minutes.*once.*did not ask/s);
  });

  test("counts one seat and several as people do", () => {
    expect(created("Acme", "Ada").text).toContain("3 seats");
    bind({ settings: { productName: "Muster", siteUrl: "https://muster.example", freeSeats: 1, mailsPerHour: 9 } });
    expect(created("Acme", "Ada").text).toContain("one seat;");
  });
});
