import { type Field, fieldKeys, fields } from "@muster/settings/fields.ts";
import type { Layer } from "@muster/settings/resolve.ts";
import { resolve } from "@muster/settings/resolve.ts";
import { expect, test } from "vitest";
import type { Step } from "#lib/setting-layers.ts";
import { inheritedAt, labelOf, layerText, originText, stateText, valueText, whyLocked } from "./setting-text.ts";

test.each([
  ["features.telemetry", true, "On"],
  ["features.processingMode", "LOCAL", "On the device"],
  ["features.offlineLimit", "1_DAY", "1 day"],
  ["models.summaries", "none", "None"],
  ["websites.denied", [], "None"],
  ["websites.denied", ["a.com"], "1 website"],
  ["websites.denied", 1_200, "1,200 websites"],
  ["websites.denied", ["*"], "Everything"],
  ["models.allowed", 2, "2 models"],
] as const)("the value of %s, %j, reads %s", (field, value, text) => {
  expect(valueText(field, value)).toBe(text);
});

test("what a layer inherits is what the layers above it lead to, up to the first lock", () => {
  const layers: Layer[] = [
    { kind: "operator", entries: { "features.telemetry": { value: true } } },
    { kind: "organization", entries: { "features.telemetry": { value: false, isLocked: true } } },
    { kind: "team", id: "t", name: "Design", entries: { "features.telemetry": { value: true } } },
    { kind: "member", entries: { "features.telemetry": { value: true } } },
  ];
  const steps = resolve(layers)["features.telemetry"].steps as Step[];
  expect(inheritedAt(steps, "organization")).toEqual({ value: true, source: { kind: "operator" }, isLocked: false });
  expect(inheritedAt(steps, "team")).toMatchObject({ value: false, source: { kind: "organization" }, isLocked: true });
  expect(inheritedAt(steps, "member")).toMatchObject({ value: false, source: { kind: "organization" } });
  const planned: Layer[] = [{ kind: "plan", id: "free", entries: { "features.telemetry": { value: true } } }];
  const ofPlan = resolve(planned)["features.telemetry"].steps as Step[];
  expect(ofPlan.map(({ source, state }) => [layerText(source), state])).toEqual([
    ["Product", "replaced"],
    ["Plan", "applies"],
  ]);
  expect(inheritedAt(ofPlan, "organization")).toMatchObject({ value: true, source: { kind: "plan", id: "free" } });
  expect(whyLocked(inheritedAt(steps, "member"))).toBe("This setting is locked: from the organization.");
  expect(whyLocked(inheritedAt(steps, "organization"))).toBeUndefined();
});

test("layers and their states have names", () => {
  expect(layerText({ kind: "team", name: "Design" })).toBe("Team Design");
  expect(originText({ kind: "team", name: "Design" })).toBe("from the team Design");
  expect(originText({ kind: "preset" })).toBe("product default");
  expect(originText({ kind: "plan" })).toBe("from your plan");
  expect(stateText({ state: "closed", source: { kind: "team" } })).toBe("Teams may not override it");
  expect(stateText({ state: "closed", source: { kind: "member" } })).toBe("Members may not choose it");
  expect(stateText({ state: "replaced", source: { kind: "preset" } })).toBe("Replaced");
});

test("every choice has a name for people", () => {
  const all = fieldKeys.flatMap((key) => {
    const { kind, choices = {} } = fields[key] as Field;
    return kind.name === "choice" ? [[kind.options?.toSorted(), Object.keys(choices).toSorted()]] : [];
  });
  expect(all.length).toBeGreaterThan(2);
  for (const [options, named] of all) expect(named).toEqual(options);
});

test("a setting has its label, and one that only a newer release knows has its key", () => {
  expect(labelOf("websites.denied")).toBe("Denied websites");
  expect(fieldKeys.map(labelOf).filter((label) => !/^[A-Z][^.]+$/.test(label))).toEqual([]);
  expect(labelOf("features.next")).toBe("features.next");
});
