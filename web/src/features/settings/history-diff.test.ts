import { expect, test } from "vitest";
import type { Revision, RevisionChange } from "#lib/setting-layers.ts";
import { changesBetween, isRestored, reaches } from "./history-diff.ts";
import { listChange, sideText, titleOf } from "./history-text.ts";

const at = "2026-11-27T08:00:00.000Z";
const revision = (number: number, ...changes: RevisionChange[]): Revision => ({
  revision: number,
  at,
  by: "acc_1",
  changes,
});
const on = { value: true };
const off = { value: false, isLocked: true };
const revisions = [
  revision(3, { field: "features.telemetry", from: on, to: off }, { field: "contact.phone", to: "+49" }),
  revision(2, { field: "features.telemetry", team: "team_1", to: on }),
  revision(1, { field: "features.telemetry", to: on }, { field: "features.processing", from: on, to: off }),
];

test("between two revisions are the first and the last value of each field", () => {
  expect(changesBetween(revisions, 0, 3)).toEqual([
    { field: "features.telemetry", to: off },
    { field: "features.processing", from: on, to: off },
    { field: "features.telemetry", team: "team_1", to: on },
    { field: "contact.phone", to: "+49" },
  ]);
  expect(changesBetween(revisions, 2, 3)).toEqual(revisions[0]?.changes);
  expect(changesBetween(revisions, 2, 2)).toEqual([]);
});

test("the way back is the way there, turned around", () => {
  expect(changesBetween(revisions, 3, 1)).toEqual([
    { field: "features.telemetry", team: "team_1", from: on },
    { field: "features.telemetry", from: off, to: on },
    { field: "contact.phone", from: "+49" },
  ]);
});

test("what changed and changed back is no difference", () => {
  const back = [...revisions, revision(4, { field: "features.telemetry", from: off, to: on })];
  expect(changesBetween(back, 1, 4).map(({ field, team }) => [field, team])).toEqual([
    ["features.telemetry", "team_1"],
    ["contact.phone", undefined],
  ]);
});

test("entries of a list are added up, without those that came and went", () => {
  const list = (number: number, added: string[], removed: string[], addedCount = added.length) =>
    revision(number, { field: "websites.denied", added, removed, addedCount, removedCount: removed.length });
  const lists = [list(1, ["a.com", "b.com"], [], 500), list(2, ["c.com"], ["a.com"]), list(3, ["a.com"], ["c.com"])];
  expect(changesBetween(lists, 0, 3)).toEqual([
    { field: "websites.denied", added: ["b.com", "a.com"], removed: [], addedCount: 500, removedCount: 0 },
  ]);
  expect(changesBetween(lists, 1, 3)).toEqual([]);
  expect(changesBetween(lists, 2, 1)).toEqual([
    { field: "websites.denied", added: ["a.com"], removed: ["c.com"], addedCount: 1, removedCount: 1 },
  ]);
});

test("revisions that are not loaded are missed", () => {
  expect(reaches(revisions, 0, 3)).toBe(true);
  expect(reaches(revisions.slice(0, 2), 1, 3)).toBe(true);
  expect(reaches(revisions.slice(0, 2), 3, 0)).toBe(false);
});

test("restoring is about all but the name, teams that are gone, and what only a newer release knows", () => {
  const hasTeam = (team: string) => team === "team_1";
  expect(changesBetween(revisions, 3, 0).filter((change) => isRestored(change, hasTeam))).toEqual([
    { field: "features.telemetry", from: off },
    { field: "features.processing", from: off, to: on },
    { field: "features.telemetry", team: "team_1", from: on },
    { field: "contact.phone", from: "+49" },
  ]);
  expect(isRestored({ field: "websites.openToTeams" }, hasTeam)).toBe(true);
  for (const change of [
    { field: "name" },
    { field: "features.ofLater" },
    { field: "features.ofLater", team: "team_1" },
    { field: "features.telemetry", team: "team_2" },
  ]) {
    expect(isRestored(change, hasTeam)).toBe(false);
  }
});

test("a change reads as a label with two sides", () => {
  expect(titleOf({ field: "contact.phone" })).toBe("Phone");
  expect(titleOf({ field: "features.openToTeams" })).toBe("Teams may override");
  expect(titleOf({ field: "features.ofLater" })).toBe("features.ofLater");
  expect(sideText("features.telemetry", off)).toBe("Off, locked");
  expect(sideText("features.telemetry", undefined)).toBe("Inherited");
  expect(sideText("contact.phone", undefined)).toBe("Empty");
  expect(sideText("features.openToTeams", ["features.telemetry"])).toBe("Telemetry");
  expect(sideText("features.openToTeams", [])).toBe("None");
  expect(sideText("address.country", "SE")).toBe("Sweden");
  expect(sideText("updates.posting", "admins")).toBe("Only owners and admins");
  expect(
    listChange({ field: "sources.blocked", from: { value: ["slack", "zoom"] }, to: { value: ["zoom", "teams"] } }),
  ).toEqual({ added: ["teams"], removed: ["slack"], moreAdded: 0, moreRemoved: 0 });
  expect(listChange({ field: "features.telemetry", to: on })).toBeUndefined();
});
