import { expect, test } from "vitest";
import { ApiError } from "#lib/failure.ts";
import { reasonsOf, someOf, summaryOf } from "./use-bulk.ts";

test.each([
  [["Ada"], "Ada"],
  [["Ada", "Grace"], "Ada and Grace"],
  [["Ada", "Grace", "Edsger"], "Ada, Grace and Edsger"],
  [["Ada", "Grace", "Edsger", "Barbara"], "Ada, Grace, Edsger and 1 more"],
  [[], ""],
])("names of %j: %s", (names, words) => {
  expect(someOf(names)).toBe(words);
});

test("each reason is listed once, with everybody it affected, the most frequent first", () => {
  const refused = [
    { item: "Ada", error: new ApiError("seat.last_owner", "The last owner stays.") },
    { item: "Grace", error: new ApiError("member.changed", "Look again first.") },
    { item: "Edsger", error: new ApiError("member.changed", "Look again first.") },
  ];
  expect(reasonsOf(refused, (name) => name)).toEqual([
    { reason: "Look again first.", names: ["Grace", "Edsger"] },
    { reason: "The last owner stays.", names: ["Ada"] },
  ]);
});

test("a summary says what was done, and what was not", () => {
  expect(summaryOf("9 members removed", 0, 0)).toBe("9 members removed");
  expect(summaryOf("9 members removed", 2, 1)).toBe("9 members removed · 2 failed · 1 not changed");
});
