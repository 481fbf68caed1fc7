import { beforeEach, expect, test } from "vitest";
import { openBrowser } from "../testing/browser.ts";
import {
  attemptsLeft,
  forgetFlows,
  heldFlow,
  holdFlow,
  presentFlow,
  readLink,
  suggestAddress,
  suggestedAddress,
} from "./sign-in-flow.ts";

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const flow = (name: string, minutes = 10) => ({
  flow: name,
  email: "ada@example.com",
  attemptsUsed: 0,
  requestedAt: inMinutes(-1),
  expiresAt: inMinutes(minutes),
});

beforeEach(() => void openBrowser());

test("this browser knows the last five codes that it requested, and the tab the last one", () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  for (const name of names) {
    holdFlow(flow(name));
  }
  expect(names.map((name) => heldFlow(name)?.flow)).toEqual([undefined, "b", "c", "d", "e", "f"]);
  expect(presentFlow()?.flow).toBe("f");
  forgetFlows();
  expect([heldFlow("f"), presentFlow()]).toEqual([undefined, undefined]);
});

test("an expired code is dropped", () => {
  holdFlow(flow("old", -1));
  expect(heldFlow("old")).toBeUndefined();
});

test("the invited address takes precedence over the typed one", () => {
  expect(suggestedAddress()).toBe("");
  holdFlow(flow("a"));
  expect(suggestedAddress()).toBe("ada@example.com");
  suggestAddress("grace@example.com");
  expect(suggestedAddress()).toBe("grace@example.com");
});

test("an emailed link needs both parts", () => {
  expect(readLink("#flow=flw_1&code=ABCD2345")).toEqual({ flow: "flw_1", code: "ABCD2345" });
  expect([readLink("#flow=flw_1"), readLink("#code=ABCD2345"), readLink("")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  [0, 5],
  [1, 4],
  [4, 1],
  [5, 0],
  [9, 0],
])("after %s entries of a code, %s are left", (used, left) => {
  expect(attemptsLeft(used)).toBe(left);
});
