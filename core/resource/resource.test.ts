import { openWorld } from "@muster/local/testing/worlds/world.ts";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import * as Resource from "./resource.ts";
import { Resources } from "./shape.ts";

const guide = { title: "Guide", url: "https://docs.example.com/guide", description: "How to begin." };
const guides = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, index) => ({ ...guide, url: `https://example.com/${index}`, ...more }));
const whole = {
  downloadUrl: "https://example.com/download",
  launchUrl: "acme://link",
  supportUrl: "https://example.com/support",
  items: [guide],
};

test("everybody who is signed in gets what the operator offers, and by default there is nothing", async () => {
  const world = await openWorld();
  const ada = await world.person("ada@example.com");
  expect(await world.as(ada, () => Resource.list({}))).toEqual({ items: [] });
  world.rebind({ resources: whole });
  expect(await world.as(ada, () => Resource.list({}))).toEqual(whole);
});

const sentencesOf = (value: unknown) => v.safeParse(Resources, value).issues?.map(({ message }) => message);
const title = "A resource's title is one line of 1 to 40 characters.";
const url = "A resource's url is https://…, of at most 200 characters and without a password.";
const description = "A resource's description is one line of 1 to 100 characters.";
const downloadUrl = "The downloadUrl is https://…, of at most 200 characters and without a password.";
const launchUrl =
  "The launchUrl is https://… or has a scheme of an application, such as acme://link, with at most 200 characters.";
const supportUrl = "The supportUrl is https://…, of at most 200 characters and without a password.";

describe("what an operator offers", () => {
  test("may be everything, a part, or nothing", () => {
    expect(v.parse(Resources, whole)).toEqual(whole);
    expect(v.parse(Resources, { launchUrl: "https://example.com/open" })).toEqual({
      launchUrl: "https://example.com/open",
      items: [],
    });
    expect(v.parse(Resources, {})).toEqual({ items: [] });
    expect(v.parse(Resources, { items: guides(6) }).items).toHaveLength(6);
  });

  test.each([
    "http://example.com",
    "example.com",
    "javascript:alert(1)",
    "https://ada:secret@example.com",
    "acme://x",
    " https://example.com",
    "https://example.com/\n",
    `https://example.com/${"x".repeat(200)}`,
    "",
    5,
  ])("has no page at %j", (wrong) => {
    expect(sentencesOf({ items: [{ ...guide, url: wrong }] })).toEqual([url]);
    expect(sentencesOf({ downloadUrl: wrong })).toEqual([downloadUrl]);
  });

  test.each([
    "javascript:alert(1)",
    "JavaScript://%0aalert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "blob:x",
    "http://example.com",
    "file:///etc/passwd",
    "vbscript:x",
    "mailto:ada@example.com",
    "acme",
    "https://ada:secret@example.com",
    "",
  ])("opens no application by %j", (wrong) => {
    expect(sentencesOf({ launchUrl: wrong })).toEqual([launchUrl]);
  });

  test.each([
    "http://example.com",
    "support@example.com",
    "mailto:support@example.com",
    "javascript:alert(1)",
    "tel:112",
    "",
  ])("has no support at %j", (wrong) => {
    expect(sentencesOf({ supportUrl: wrong })).toEqual([supportUrl]);
  });

  test("has short texts of one line, and little in all", () => {
    for (const wrong of ["", " Guide", "two\nlines", "x".repeat(101)]) {
      expect(new Set(sentencesOf({ items: [{ ...guide, title: wrong }] }))).toEqual(new Set([title]));
      expect(new Set(sentencesOf({ items: [{ ...guide, description: wrong }] }))).toEqual(new Set([description]));
    }
    expect(sentencesOf({ items: guides(7) })).toEqual(["There are at most 6 resources."]);
    expect(sentencesOf({ items: [guide, guide] })).toEqual(["The resources name an address more than once."]);
    const supportUrl = `https://example.com/${"x".repeat(180)}`;
    expect(sentencesOf({ supportUrl, items: guides(6, { description: "é".repeat(100) }) })).toEqual([
      "The resources have at most 1,500 bytes as JSON, because the environment of a function holds no more.",
    ]);
  });
});
