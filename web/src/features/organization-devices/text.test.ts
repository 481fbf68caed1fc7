import { refusalCodes } from "@muster/core/sync/receipt-shape.ts";
import { expect, test } from "vitest";
import { codeTextOf } from "./text.ts";

test("each reason of a device to refuse a setting has words of its own, and says what to do", () => {
  const texts = refusalCodes.map(codeTextOf);
  expect(texts.map(({ label }) => label)).toEqual([
    "The client does not know this setting",
    "The client must be restarted",
    "The operating system blocks it",
    "The client is too old",
    "The document was not accepted",
    "Another reason",
  ]);
  expect(new Set(texts.map(({ advice }) => advice)).size).toBe(refusalCodes.length);
  expect(codeTextOf(undefined)).toEqual(codeTextOf("other"));
});

test("a reason that only a newer release knows is shown by its code, with what the device says", () => {
  expect(codeTextOf("battery_low")).toEqual({
    label: "battery_low",
    advice: "Read what the device says, and look at its log.",
  });
});
