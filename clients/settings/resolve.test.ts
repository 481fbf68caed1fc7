import { describe, expect, test } from "vitest";
import { fieldKeys, fields, type Section, sectionOf, sections, type Values } from "./fields.ts";
import { beyondAllVersions, everything, type Kind, noModel } from "./kind.ts";
import { isInForce, type Layer, resolve, valuesOf } from "./resolve.ts";

const layer = (kind: Layer["kind"], entries: Layer["entries"], more: Partial<Layer> = {}): Layer => ({
  kind,
  entries,
  ...more,
});

describe("a setting", () => {
  const key = "features.telemetry";
  const says = (value: unknown, isLocked?: unknown) => ({
    [key]: { value, ...(isLocked !== undefined && { isLocked }) },
  });
  const value = (...layers: Layer[]) => resolve(layers)[key].value;

  test("has its preset where no layer says anything", () => {
    expect(resolve([])[key]).toEqual({
      value: false,
      source: { kind: "preset" },
      ties: [],
      mayChange: true,
      isDamaged: false,
      steps: [{ source: { kind: "preset" }, state: "applies", value: false }],
    });
  });

  test("has the lowest layer's value, unless one above locks it", () => {
    const [operator, organization, member] = (["operator", "organization", "member"] as const).map(
      (kind) => (on: boolean, isLocked?: boolean) => layer(kind, says(on, isLocked)),
    );
    if (!operator || !organization || !member) throw new Error("no layers");
    expect(value(operator(true), organization(false))).toBe(false);
    expect(value(organization(true), operator(false))).toBe(true);
    expect(value(operator(false, true), organization(true))).toBe(false);
    expect(value(organization(true), member(false))).toBe(false);
    expect(value(organization(true, true), member(false))).toBe(true);
    expect(resolve([organization(true, true)])[key].mayChange).toBe(false);
  });

  test("names who set it, when, and at which revision", () => {
    const set = { by: "acc_1", at: "2026-11-24T09:00:00.000Z", revision: 7 };
    const { source, steps } = resolve([layer("organization", { [key]: { value: true, isLocked: true, ...set } })])[key];
    expect(source).toEqual({ kind: "organization", ...set });
    expect(steps.map(({ source: { kind }, state }) => [kind, state])).toEqual([
      ["preset", "replaced"],
      ["organization", "applies"],
    ]);
  });

  test("is a team's to override only where the organization opens it, locked or not", () => {
    const organization = (openToTeams?: unknown) => layer("organization", says(true, true), { openToTeams });
    const team = layer("team", says(false), { id: "team_1", name: "Red" });
    expect(value(organization(), team)).toBe(true);
    expect(value(organization([]), team)).toBe(true);
    expect(value(organization(["features.processing"]), team)).toBe(true);
    expect(value(organization([key]), team)).toBe(false);
    expect(value(organization([key]), team, layer("member", says(true)))).toBe(false);
    expect(value(layer("operator", says(true, true)), layer("organization", {}, { openToTeams: [key] }), team)).toBe(
      true,
    );
    expect(resolve([organization(), team])[key].steps.at(-1)).toMatchObject({ state: "overruled", value: false });
    const open = layer("organization", says(true));
    expect(resolve([open, team])[key].steps.at(-1)).toMatchObject({ state: "closed" });
  });

  test("of several teams is the stricter one, and any of their locks locks", () => {
    const open = layer("organization", {}, { openToTeams: [key] });
    const red = layer("team", says(true, true), { id: "team_1", name: "Red" });
    const blue = layer("team", says(false), { id: "team_2", name: "Blue" });
    const green = layer("team", says(false), { id: "team_3", name: "Green" });
    const resolved = resolve([open, red, green, blue])[key];
    expect(resolved).toMatchObject({
      value: false,
      source: { id: "team_2" },
      ties: [{ kind: "team", id: "team_3", name: "Green" }],
      mayChange: false,
    });
    expect(resolved.steps.map(({ source, state }) => [source.name ?? source.kind, state])).toEqual([
      ["preset", "replaced"],
      ["organization", "none"],
      ["Blue", "applies"],
      ["Green", "applies"],
      ["Red", "replaced"],
    ]);
  });

  test("that a member has no say in keeps what the layers above say, and tells so", () => {
    const chosen = layer("member", { "features.minimumClientVersion": { value: "0.0.0" } });
    const set = layer("organization", { "features.minimumClientVersion": { value: "2.1.0" } });
    const resolved = resolve([set, chosen])["features.minimumClientVersion"];
    expect(resolved).toMatchObject({ value: "2.1.0", mayChange: false });
    expect(resolved.steps.at(-1)).toMatchObject({ source: { kind: "member" }, state: "closed" });
  });

  const damages: [string, unknown][] = [
    ["null", null],
    ["a value of another kind", { value: "yes" }],
    ["null as a value", { value: null }],
    ["no value", {}],
    ["a list", []],
    ["a text", "true"],
  ];
  test.each(damages)("is the strictest where a layer holds %s", (_, entry) => {
    const [telemetry, mode] = ["features.telemetry", "features.processingMode"] as const;
    const resolved = resolve([layer("organization", { [telemetry]: entry, [mode]: entry })]);
    expect(resolved[telemetry]).toMatchObject({ value: false, isDamaged: true });
    expect(resolved[mode]).toMatchObject({ value: "LOCAL", isDamaged: true });
  });

  test("that cannot be read is the strictest one of its kind, or the last good one where a device needs it", () => {
    const unreadable = layer("organization", {}, { unreadable: ["features", "models", "websites"] });
    expect(valuesOf(resolve([unreadable]))).toMatchObject({
      "features.externalCloud": false,
      "features.processingMode": "LOCAL",
      "features.minimumClientVersion": beyondAllVersions,
      "models.isRestricted": true,
      "models.allowed": [],
      "models.summaries": noModel,
      "sources.blocked": [],
      "websites.isManaged": true,
      "websites.denied": [everything],
    });
    const lastGood: Partial<Values> = {
      "features.externalCloud": true,
      "features.minimumClientVersion": "2.0.0",
      "websites.denied": ["example.com"],
    };
    expect(valuesOf(resolve([unreadable], lastGood))).toMatchObject({
      "features.externalCloud": false,
      "features.minimumClientVersion": "2.0.0",
      "websites.denied": ["example.com"],
    });
  });

  test("whose lock cannot be read may still be made stricter, not looser", () => {
    const damaged = (on: boolean) => layer("organization", says(on, "yes"));
    expect(value(damaged(true), layer("member", says(false)))).toBe(false);
    expect(value(damaged(false), layer("member", says(true)))).toBe(false);
  });

  test("that this release does not know is left alone", () => {
    const entries = { "features.next": { value: 1 }, "features.telemetry": { value: true } };
    expect(resolve([layer("organization", entries)])).toEqual(resolve([layer("organization", says(true))]));
  });
});

describe("a list that belongs to a switch", () => {
  const key = "websites.denied";
  const list = { [key]: { value: ["a.example"] } };
  const isOn = (value: unknown) => ({ "websites.isManaged": { value } });
  const counts = (...layers: Layer[]) => isInForce(key, resolve(layers));

  test.each([
    ["the switch is off", [layer("organization", list)], false],
    ["the switch is on", [layer("organization", { ...list, ...isOn(true) })], true],
    [
      "a team turns the switch off",
      [
        layer("organization", { ...list, ...isOn(true) }, { openToTeams: ["websites.isManaged"] }),
        layer("team", isOn(false)),
      ],
      false,
    ],
    ["the switch cannot be read", [layer("organization", { ...list, ...isOn("on") })], true],
    ["it is the member's own", [layer("organization", isOn(false)), layer("member", list)], true],
    [
      "the member's own is overruled",
      [layer("organization", { [key]: { value: [], isLocked: true } }), layer("member", list)],
      false,
    ],
  ])("counts or not where %s", (_, layers, expected) => {
    expect(counts(...layers)).toBe(expected);
  });

  test("is one of four, and what belongs to no switch counts always", () => {
    const lists = fieldKeys.filter((one) => !isInForce(one, resolve([])));
    expect(lists).toEqual(["models.providers", "models.allowed", "sources.blocked", "websites.denied"]);
  });
});

test("every setting lies in a section, has a preset of its kind, and something to read", () => {
  for (const key of fieldKeys) {
    const { kind, preset, label, help, tabs } = fields[key];
    expect(sections).toContain(sectionOf(key) satisfies Section);
    expect((kind as unknown as Kind<unknown>).read(preset)).toEqual(preset);
    expect([label, help, ...tabs].every((text) => text.length > 0)).toBe(true);
  }
  expect(new Set(fieldKeys.map((key) => fields[key].label)).size).toBe(fieldKeys.length);
});
