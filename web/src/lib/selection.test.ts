import { describe, expect, test } from "vitest";
import { choose, chooseAll, nothing, restore, type Selection } from "./selection.ts";

const order = ["a", "b", "c", "d", "e"];
const idsOf = ({ ids }: Selection) => [...ids].toSorted();

function touch(selection: Selection, id: string, more: { isOn?: boolean; isRange?: boolean } = {}) {
  return choose(selection, order, { id, isOn: true, isRange: false, ...more });
}

describe("a range", () => {
  test("goes from the row that was touched last, downwards and upwards", () => {
    expect(idsOf(touch(touch(nothing, "b"), "d", { isRange: true }))).toEqual(["b", "c", "d"]);
    expect(idsOf(touch(touch(nothing, "d"), "b", { isRange: true }))).toEqual(["b", "c", "d"]);
  });

  test("goes on where the one before it ended", () => {
    const first = touch(touch(nothing, "a"), "b", { isRange: true });
    expect(idsOf(touch(first, "d", { isRange: true }))).toEqual(["a", "b", "c", "d"]);
  });

  test("is let go as a range too, and leaves others alone", () => {
    const all = chooseAll(nothing, order, true);
    const less = touch(touch(all, "b", { isOn: false }), "d", { isOn: false, isRange: true });
    expect(idsOf(less)).toEqual(["a", "e"]);
  });

  test("is one row where nothing was touched before, or what was is no longer there", () => {
    expect(idsOf(touch(nothing, "c", { isRange: true }))).toEqual(["c"]);
    expect(idsOf(choose(touch(nothing, "a"), ["b", "c"], { id: "c", isOn: true, isRange: true }))).toEqual(["a", "c"]);
  });
});

test("all are those that can be chosen, beside what was chosen before they were loaded", () => {
  const chosen = chooseAll(touch(nothing, "a"), ["b", "c"], true);
  expect(idsOf(chosen)).toEqual(["a", "b", "c"]);
  expect(idsOf(chooseAll(chosen, ["b", "c"], false))).toEqual(["a"]);
});

test("what was let go may come back, beside what was chosen since", () => {
  expect(idsOf(restore(touch(nothing, "d"), ["a", "b"]))).toEqual(["a", "b", "d"]);
});
