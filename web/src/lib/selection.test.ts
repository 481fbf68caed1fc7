import { describe, expect, test } from "vitest";
import { choose, chooseAll, nothing, restore, type Selection } from "./selection.ts";

const order = ["a", "b", "c", "d", "e"];
const idsOf = ({ ids }: Selection) => [...ids].toSorted();

function touch(selection: Selection, id: string, more: { isOn?: boolean; isRange?: boolean } = {}) {
  return choose(selection, order, { id, isOn: true, isRange: false, ...more });
}

describe("a range", () => {
  test("goes from the last clicked row, downward and upward", () => {
    expect(idsOf(touch(touch(nothing, "b"), "d", { isRange: true }))).toEqual(["b", "c", "d"]);
    expect(idsOf(touch(touch(nothing, "d"), "b", { isRange: true }))).toEqual(["b", "c", "d"]);
  });

  test("continues where the previous one ended", () => {
    const first = touch(touch(nothing, "a"), "b", { isRange: true });
    expect(idsOf(touch(first, "d", { isRange: true }))).toEqual(["a", "b", "c", "d"]);
  });

  test("is deselected as a range too, and does not affect others", () => {
    const all = chooseAll(nothing, order, true);
    const less = touch(touch(all, "b", { isOn: false }), "d", { isOn: false, isRange: true });
    expect(idsOf(less)).toEqual(["a", "e"]);
  });

  test("is one row if nothing was clicked before, or it no longer exists", () => {
    expect(idsOf(touch(nothing, "c", { isRange: true }))).toEqual(["c"]);
    expect(idsOf(choose(touch(nothing, "a"), ["b", "c"], { id: "c", isOn: true, isRange: true }))).toEqual(["a", "c"]);
  });
});

test("all are those that can be selected, beside what was selected before they were loaded", () => {
  const chosen = chooseAll(touch(nothing, "a"), ["b", "c"], true);
  expect(idsOf(chosen)).toEqual(["a", "b", "c"]);
  expect(idsOf(chooseAll(chosen, ["b", "c"], false))).toEqual(["a"]);
});

test("deselected rows can be restored, beside what was selected since", () => {
  expect(idsOf(restore(touch(nothing, "d"), ["a", "b"]))).toEqual(["a", "b", "d"]);
});
