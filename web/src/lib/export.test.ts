import { expect, test } from "vitest";
import { nextPart } from "./export.ts";

test.each([
  ['</api/v1/x/export?cursor=abc>; rel="next"', "/api/v1/x/export?cursor=abc"],
  ["<https://muster.example/api/v1/x/export?cursor=abc>; rel=next", "/api/v1/x/export?cursor=abc"],
  ['</first>; rel="prev", </api/v1/x?cursor=2>; rel="next"', "/api/v1/x?cursor=2"],
])("%s has a next part", (link, path) => {
  expect(nextPart(link)).toBe(path);
});

test.each([[null], [""], ['</first>; rel="prev"']])("%s is the end", (link) => {
  expect(nextPart(link)).toBeUndefined();
});
