import { expect, test } from "vitest";
import { highestIn, instantOf, labelOf, pathOf, stackOf } from "./timeline-shape.ts";

const timeline = {
  firstAt: "2026-11-24T08:00:00.000Z",
  stepSeconds: 1_800,
  series: [
    { kind: "none" as const, devices: [2, 1, 0] },
    { kind: "earlier" as const, devices: [1, 1, 1] },
    { kind: "revision" as const, revision: 7, devices: [0, 1, 2] },
  ],
};

test("revisions are stacked from the newest, and add up to all devices at each step", () => {
  const layers = stackOf(timeline);
  expect(layers.map(({ label }) => label)).toEqual(["Revision 7", "Earlier revisions", "None yet"]);
  expect(layers.map(({ to }) => to)).toEqual([
    [0, 1, 2],
    [1, 2, 3],
    [3, 3, 3],
  ]);
  expect(highestIn(layers)).toBe(3);
  expect(layers[0] && pathOf(layers[0], 2)).toBe("M0,100L50,50L100,0L100,100L50,100L0,100Z");
});

test("a step has its instant, and a series its name", () => {
  expect(instantOf(timeline, 2)).toBe("2026-11-24T09:00:00.000Z");
  expect(timeline.series.map(labelOf)).toEqual(["None yet", "Earlier revisions", "Revision 7"]);
});
