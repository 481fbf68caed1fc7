import { expect, test } from "vitest";
import { phaseAfter, phasesOf } from "./phases.ts";

/** The phases that a purge goes through, as many as it would at most. */
function walked(phases: readonly string[], isLeftOut = (_: string) => false): string[] {
  const seen: string[] = [];
  for (
    let phase = phases[0] ?? "end";
    phase !== "end" && seen.length < 20;
    phase = phaseAfter(phase, phases, isLeftOut)
  ) {
    seen.push(phase);
  }
  return seen;
}

test("a purge goes through each phase once, and ends", () => {
  const phases = phasesOf("dataKeys", ["uploads", "files"], ["dataKeys", "events", "timers", "others"]);
  expect(walked(phases)).toEqual(["dataKeys", "uploads", "files", "events", "timers", "others"]);
  expect(walked(phases, (name) => name === "timers")).toEqual(["dataKeys", "uploads", "files", "events", "others"]);
});

test.each([
  ["an object prefix", ["dataKeys", "events", "uploads", "others"]],
  ["the end", ["dataKeys", "end", "others"]],
])("a walk that is named like %s is refused: the purge would never end", (_, walks) => {
  expect(() => phasesOf("dataKeys", ["uploads", "files"], walks)).toThrow("Two phases of a purge are named");
});

test("a phase that is left out by now leads to the next one", () => {
  expect(phaseAfter("timers", ["events", "timers", "others", "end"], (name) => name === "timers")).toBe("others");
});
