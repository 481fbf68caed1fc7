import { expect, test } from "vitest";
import { line } from "./line.ts";

test("a line is its texts, and between them what they name", () => {
  const team = { team: "team_1", name: "Design" };
  expect(line`removed ${{ members: ["acc_1"] }} from ${team}`).toEqual([
    "removed ",
    { members: ["acc_1"] },
    " from ",
    team,
  ]);
});

test("a line in a line is a part of it, a number is text, and what is undefined or empty is left out", () => {
  const by = line` by ${{ import: "imp_1" }}`;
  expect(line`invited ${0} people${undefined}${by}${""}`).toEqual(["invited ", "0", " people", " by ", ...by.slice(1)]);
  expect(line``).toEqual([]);
});
