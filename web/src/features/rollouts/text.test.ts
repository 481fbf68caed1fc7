import { expect, test } from "vitest";
import { formatFor } from "#lib/format.ts";
import type { Rollout } from "#lib/rollouts.ts";
import { minimumText, partsOf, progressOf, stateOf, waveText, whyClosed } from "./text.ts";

const format = formatFor("en", "UTC");

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
  minHours: 1,
  state: "running",
};

test("a rollout says where it is, and why it does not go on", () => {
  expect(stateOf(rollout)).toBe("Revision 7, wave 1 of 3, is on its way to devices");
  expect(stateOf({ ...rollout, state: "paused" })).toBe("Revision 7, wave 1 of 3, is paused");
  expect(stateOf({ ...rollout, state: "halted", haltReason: "silence" })).toContain("not in force in time");
  expect(stateOf({ ...rollout, state: "halted", haltReason: "refusals" })).toContain("too many devices refuse it");
});

test("a rollout says on how many devices it is in force, and what comes next", () => {
  const said = (more: Partial<Rollout>) => progressOf({ ...rollout, ...more }, format);
  expect(said({})).toBe(
    "In force on 36 of 40 released devices; the next wave begins at 95%, 1 hour after this one at the earliest.",
  );
  expect(said({ wave: 3, released: { devices: 1 } })).toBe(
    "In force on 0 of 1 released device; the rollout ends at 95%.",
  );
  expect(said({ released: {} })).toBe("Devices are being counted.");
  expect(said({ released: { devices: 0, inForce: 0, refused: 0 } })).toContain("No device");
});

test("each of its devices is in one part", () => {
  const waves = [{ devices: 40 }, { devices: 160 }, { devices: 200 }];
  expect(partsOf({ ...rollout, waves })).toEqual({ inForce: 36, refused: 2, open: 2, waiting: 360 });
  expect(partsOf({ ...rollout, released: {} })).toBeUndefined();
});

test("a wave says whose devices it has", () => {
  const names = new Map([..."abcd"].map((team) => [team, `Team ${team.toUpperCase()}`]));
  const text = (wave: Parameters<typeof waveText>[0]) => waveText(wave, format, (team) => names.get(team));
  expect(text({ percent: 10 })).toBe("10%");
  expect(text({ teams: ["a"], percent: 10 })).toBe("Team A and 10%");
  expect(text({ teams: ["a", "b"] })).toBe("Team A and Team B");
  expect(text({ teams: ["a", "b", "c", "d"] })).toBe("4 teams");
  expect(text({ teams: ["unknown"], percent: 10 })).toBe("1 team and 10%");
  expect(text({})).toBe("Everyone");
});

test("its settings say why they cannot be changed", () => {
  expect(whyClosed(rollout, "features.telemetry")).toContain("Release it to everyone or roll it back first.");
  expect(whyClosed(rollout, "features.externalCloud")).toBeUndefined();
  expect(whyClosed(rollout, "models.summaries")).toBeUndefined();
  expect(whyClosed(undefined, "features.telemetry")).toBeUndefined();
  const ofModels = { ...rollout, fields: ["team_01ARZ3NDEKTSV4RRFFQ69G5FAV.models.summaries"] };
  expect(whyClosed(ofModels, "models.allowed")).toContain("or one it depends on");
  const ofSignOn = { ...rollout, fields: ["features.telemetry", "singleSignOn.issuer"] };
  expect(whyClosed(ofSignOn, "singleSignOn.clientId")).toContain("or one it depends on");
  expect(whyClosed(ofSignOn, "contact.name")).toBeUndefined();
});

test.each([
  [0, "No minimum time"],
  [1, "At least 1 hour per wave"],
  [4, "At least 4 hours per wave"],
  [24, "At least 1 day per wave"],
  [36, "At least 36 hours per wave"],
])("a minimum time of %i hours", (hours, text) => {
  expect(minimumText(hours)).toBe(text);
});
