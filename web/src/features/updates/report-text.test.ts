import { expect, test } from "vitest";
import type { Reported } from "#lib/reports.ts";
import { waitingText } from "./report-text.ts";

test("the number of reports is said as far as it is known", () => {
  const items = [{}, {}] as Reported[];
  expect(waitingText({ items: [] })).toBe("None waiting");
  expect(waitingText({ items })).toBe("2 waiting");
  expect(waitingText({ items, next: "more" })).toBe("2 or more waiting");
  expect(waitingText({ items: [], next: "more" })).toBe("Some waiting");
});
