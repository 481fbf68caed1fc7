import { expect, test } from "vitest";
import { readFilter } from "./filter.ts";

test("the filter of an address is read, numbers included, and what is invalid is ignored", () => {
  const team = `team_${"0".repeat(26)}`;
  const all = { status: "refused", platform: "linux", version: "1.2.0-rc+1", team, revision: 12, section: "models" };
  expect(readFilter(all)).toEqual({ ...all, revision: "12" });
  expect(
    readFilter({
      status: "gone",
      platform: 1,
      version: "<b>",
      team: "x",
      revision: "-1",
      section: "general",
      more: "1",
    }),
  ).toEqual({});
});
