import { expect, test } from "vitest";
import { stepOf } from "./deletion-step.ts";

const acme = { id: "org_acme", name: "Acme" } as const;

test("the only owner of an organization learns so before typing anything", () => {
  expect(stepOf({ soleOwnerOf: [acme] })).toEqual({ step: "transfer", owned: [acme] });
  expect(stepOf({ soleOwnerOf: [] })).toEqual({ step: "confirm", owned: [] });
});

test("nothing is requested before that is known", () => {
  expect(stepOf(undefined).step).toBe("check");
});
