import { describe, expect, test } from "vitest";
import { ApiError } from "#lib/failure.ts";
import type { SettingsPreview } from "#lib/setting-layers.ts";
import { headline, isRefused, refusalsOf, warningsOf } from "./reach-text.ts";

const preview = (more: Partial<SettingsPreview> = {}): SettingsPreview => ({
  changed: 0,
  changedDevices: 0,
  members: 40,
  isExact: true,
  fields: [],
  withoutModel: { before: 0, after: 0 },
  overrides: [],
  secrets: [],
  damaged: [],
  ...more,
});

test.each([
  [{ changed: 0 }, "Changes nothing for members"],
  [{ changed: 12 }, "Changes 12 of 40 members"],
  [{ changed: 40 }, "Changes all 40 members"],
  [{ changed: 1, members: 1 }, "Changes 1 member, the only one"],
  [{ changed: 12, changedDevices: 1 }, "Changes 12 of 40 members, and 1 device"],
  [{ changed: 1, members: 1, changedDevices: 12 }, "Changes 1 member, the only one, and 12 devices"],
  [{ changed: 12, isExact: false }, "Changes at least 12 of 40 members"],
  [{ changed: 40, isExact: false }, "Changes at least 40 of 40 members"],
  [{ changed: 0, isExact: false }, "Some members are not counted yet"],
])("a preview of %j says %s", (more, text) => {
  expect(headline(preview(more))).toBe(text);
});

describe("a preview warns", () => {
  test("of members without a model, as many as lose it", () => {
    expect(warningsOf(preview({ withoutModel: { before: 2, after: 5 } }))).toEqual([
      "3 more members can’t use any model after this change.",
    ]);
    expect(warningsOf(preview({ withoutModel: { before: 0, after: 5 } }))).toEqual([
      "5 members can’t use any model after this change.",
    ]);
    expect(warningsOf(preview({ withoutModel: { before: 2, after: 40 } }))).toEqual([
      "Nobody can use a model after this change.",
    ]);
    expect(warningsOf(preview({ withoutModel: { before: 40, after: 40 } }))).toEqual([]);
    expect(warningsOf(preview({ withoutModel: { before: 5, after: 2 } }))).toEqual([]);
  });

  test("of overrides without effect, and of API keys that nobody can use", () => {
    const override = { team: "team_01ARZ3NDEKTSV4RRFFQ69G5FAV" as const, name: "Design", state: "closed" as const };
    const warnings = warningsOf(
      preview({
        overrides: [{ ...override, field: "features.telemetry" }],
        secrets: [{ id: "sec_01ARZ3NDEKTSV4RRFFQ69G5FAV", name: "Main" }],
      }),
    );
    expect(warnings).toEqual(["1 team override will have no effect.", "Nobody can use 1 API key after this change."]);
  });
});

test("a refused preview says what is wrong with which setting, each once", () => {
  const more = [
    { path: "fields.models.allowed.value.0", message: "There is no such model." },
    { path: "fields.models.allowed.value.1", message: "There is no such model." },
    { path: "note", message: "This is too long." },
  ];
  const refused = new ApiError("input.invalid", "Some fields need attention.", { status: 400, fields: more });
  expect(refusalsOf(refused)).toEqual(["Allowed models: There is no such model.", "This is too long."]);
  const inFile = [
    ["document", "Line 2 is not YAML."],
    ["document.features.next", "There is no such setting."],
    ["document.websites.denied.value.4", "Enter a domain."],
    ["document.teams.Design 2.0.websites.denied.value.0", "Enter a domain."],
    ["document.teams.Sales", "There is no team of this name."],
  ].map(([path = "", message = ""]) => ({ path, message }));
  expect(refusalsOf(new ApiError("input.invalid", "Some.", { status: 400, fields: inFile }))).toEqual([
    "Line 2 is not YAML.",
    "features.next: There is no such setting.",
    "Denied websites, entry 5: Enter a domain.",
    "Design 2.0, Denied websites, entry 1: Enter a domain.",
    "Sales: There is no team of this name.",
  ]);
  expect(refusalsOf(new ApiError("actor.forbidden", "You may not.", { status: 403 }))).toEqual(["You may not."]);
});

test.each([
  [400, true],
  [403, true],
  [429, false],
  [500, false],
  [0, false],
])("a preview that failed with %i is refused: %s", (status, isFinal) => {
  expect(isRefused(new ApiError("any", "Any.", { status }))).toBe(isFinal);
});
