import { expect, test } from "vitest";
import { stepOf } from "./deletion-step.ts";

const acme = { id: "org_acme", name: "Acme" } as const;

test("an account that alone owns an organization is told so before anything is typed", () => {
  expect(stepOf({ soleOwnerOf: [acme] })).toEqual({ step: "transfer", owned: [acme] });
  expect(stepOf({ soleOwnerOf: [] })).toEqual({ step: "confirm", owned: [] });
});

test("nothing is asked for before it is known", () => {
  expect(stepOf(undefined).step).toBe("check");
});
