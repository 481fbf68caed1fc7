import { expect, test } from "vitest";
import type { Rollout } from "#lib/rollouts.ts";
import { progressOf, stateOf, whyClosed } from "./text.ts";

const rollout: Rollout = {
  revision: 7,
  by: "acc_01ARZ3NDEKTSV4RRFFQ69G5FAV",
  at: "2026-11-24T09:00:00.000Z",
  fields: ["features.telemetry"],
  waves: [{ percent: 10 }, { percent: 50 }, {}],
  wave: 1,
  waveAt: "2026-11-24T09:00:00.000Z",
  released: { devices: 40, inForce: 36, refused: 2 },
  share: 95,
  maxRefused: 5,
  silenceHours: 24,
  state: "running",
};

test("a rollout says where it is, and why it does not go on", () => {
  expect(stateOf(rollout)).toBe("Revision 7, wave 1 of 3, is on its way to devices");
  expect(stateOf({ ...rollout, state: "paused" })).toBe("Revision 7, wave 1 of 3, is paused");
  expect(stateOf({ ...rollout, state: "halted", haltReason: "silence" })).toContain("not in force in time");
  expect(stateOf({ ...rollout, state: "halted", haltReason: "refusals" })).toContain("too many devices refuse it");
});

test("a rollout says on how many devices it is in force, and how many refuse it", () => {
  expect(progressOf(rollout)).toBe("In force on 36 of 40 released devices; the next wave begins at 95 %. 2 refused.");
  expect(progressOf({ ...rollout, released: {} })).toBe("Devices are being counted.");
  expect(progressOf({ ...rollout, released: { devices: 0, inForce: 0, refused: 0 } })).toContain("No device");
});

test("its settings say why they cannot be changed", () => {
  expect(whyClosed(rollout, "features.telemetry")).toContain("Finish it or roll it back first.");
  expect(whyClosed(rollout, "features.externalCloud")).toBeUndefined();
  expect(whyClosed(undefined, "features.telemetry")).toBeUndefined();
});
