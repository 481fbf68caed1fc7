import { describe, expect, test } from "vitest";
import { mayReload } from "./lost-chunk.ts";

const fine = {
  build: "/assets/index-new.js",
  reloadedFrom: ["/assets/index-old.js"],
  isOnline: true,
  canRemember: true,
};

describe("a page that lacks a part", () => {
  test("reloads, also after another build did", () => {
    expect(mayReload(fine)).toBe(true);
  });

  test.each([
    ["the same build already did", { reloadedFrom: ["/assets/index-new.js"] }],
    ["builds are served in turns", { reloadedFrom: ["/assets/index-new.js", "/assets/index-old.js"] }],
    ["there is no network", { isOnline: false }],
    ["it could not be stored", { canRemember: false }],
  ])("does not reload when %s", (_, change) => {
    expect(mayReload({ ...fine, ...change })).toBe(false);
  });
});
