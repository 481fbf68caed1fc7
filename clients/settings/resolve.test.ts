import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FieldKey, fieldKeys, fields, type Section, sectionOf, sections, type Values } from "./fields.ts";
import { beyondAllVersions, everything, type Kind, noModel } from "./kind.ts";
import { isSame, type Layer, resolve, resolveField, valuesOf } from "./resolve.ts";

const kindOf = (key: FieldKey) => fields[key].kind as unknown as Kind<unknown>;
const resolveOf = (key: FieldKey, layers: readonly Layer[], lastGood?: Partial<Values>) =>
  resolveField(key, layers, lastGood);
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

describe("whatever the layers say", () => {
  const texts = ["a.com", "b.com", "c.com", "d.com"];
  /** Values of each kind, readable all. */
  const valueFor = (key: FieldKey): fc.Arbitrary<unknown> => {
    const kind = kindOf(key);
    if (kind.name === "toggle") return fc.boolean();
    if (kind.name === "choice") return fc.constantFrom(...(kind.options ?? []));
    if (kind.name === "version") return fc.constantFrom("0.0.0", "1.0.0", "1.10.0", "1.9.9", "2.0.0");
    if (kind.name === "model") return fc.constantFrom(noModel, "openai/a", "openai/b");
    return fc.uniqueArray(fc.constantFrom(...texts));
  };
  const entryFor = (key: FieldKey) =>
    fc.record({ value: valueFor(key), isLocked: fc.boolean() }, { requiredKeys: ["value"] });
  const layerFor = (kind: Layer["kind"], key: FieldKey, n = 0): fc.Arbitrary<Layer> =>
    fc
      .record({ entry: fc.option(entryFor(key), { nil: undefined }), isOpen: fc.boolean() })
      .map(({ entry, isOpen }) => ({
        kind,
        ...(kind === "team" && { id: `team_${n}`, name: `Team ${n}` }),
        entries: entry ? { [key]: entry } : {},
        ...(kind === "organization" && { openToTeams: isOpen ? [key] : [] }),
      }));
  const layering = fc
    .constantFrom(...fieldKeys)
    .chain((key) =>
      fc
        .tuple(
          layerFor("operator", key),
          layerFor("plan", key),
          layerFor("organization", key),
          layerFor("team", key, 1),
          layerFor("team", key, 2),
          layerFor("team", key, 3),
          layerFor("member", key),
        )
        .map((layers) => ({ key, layers: layers as Layer[] })),
    );

  const damage = fc.constantFrom("gone value", "null", "text", "number", "no entry", "lock", "openToTeams", "section");
  type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never;
  function damaged(one: Layer, key: FieldKey, how: Damage): Layer {
    const entry = one.entries[key] as { value: unknown } | undefined;
    const withEntry = (changed: unknown) => ({ ...one, entries: { ...one.entries, [key]: changed } });
    switch (how) {
      case "gone value":
        return withEntry(entry && { ...entry, value: undefined });
      case "null":
        return withEntry(entry && { ...entry, value: null });
      case "text":
        return withEntry({ ...entry, value: {} });
      case "number":
        return withEntry({ ...entry, value: 7 });
      case "no entry":
        return withEntry(null);
      case "lock":
        return entry ? withEntry({ ...entry, isLocked: "?" }) : one;
      case "openToTeams":
        return one.kind === "organization" ? { ...one, openToTeams: null } : one;
      case "section":
        return { ...one, unreadable: [sectionOf(key)] };
    }
  }

  type Resolver = typeof resolveOf;
  const neverLooser = (resolver: Resolver) =>
    fc.property(layering, fc.nat({ max: 6 }), damage, fc.boolean(), ({ key, layers }, at, how, hasLastGood) => {
      const before = resolveOf(key, layers).value;
      const worse = layers.map((one, i) => (i === at ? damaged(one, key, how) : one));
      const lastGood = hasLastGood ? ({ [key]: before } as Partial<Values>) : undefined;
      const after = resolver(key, worse, lastGood).value;
      const kind = kindOf(key);
      const both = kind.stricter(after, before);
      expect(kind.name.endsWith("List") ? isNoLooser(kind, after, before) : isSame(both, after)).toBe(true);
    });
  const isNoLooser = (kind: Kind<unknown>, after: unknown, before: unknown) => {
    const [now, then] = [after as string[], before as string[]];
    if (kind.name === "allowList") return now.every((entry) => then.includes(entry));
    return now.includes(everything) || then.every((entry) => now.includes(entry));
  };

  test("damage to one of them never makes a value less strict", () => {
    expect(fc.check(neverLooser(resolveOf), { numRuns: 10_000 })).toMatchObject({ failed: false });
  });

  const broken: Record<string, Resolver> = {
    "takes damage for no opinion": (key, layers, lastGood) =>
      resolveOf(
        key,
        layers.map((one) => ({
          ...one,
          entries: Object.fromEntries(
            Object.entries(one.entries).filter(
              ([, entry]) => kindOf(key).read((entry as { value?: unknown } | null)?.value) !== undefined,
            ),
          ),
          unreadable: [],
        })),
        lastGood,
      ),
    "takes a damaged lock for a lock": (key, layers, lastGood) =>
      resolveOf(
        key,
        layers.map((one) => {
          const entry = one.entries[key] as { isLocked?: unknown } | undefined;
          if (typeof entry !== "object" || entry === null || entry.isLocked !== "?") return one;
          return { ...one, entries: { [key]: { ...entry, isLocked: true } } };
        }),
        lastGood,
      ),
    "takes a damaged list of what is open to teams for an empty one": (key, layers, lastGood) =>
      resolveOf(
        key,
        layers.map((one) => ({ ...one, ...(one.openToTeams === null && { openToTeams: [] }) })),
        lastGood,
      ),
    "keeps the last good value of everything": (key, layers, lastGood) => {
      const resolved = resolveOf(key, layers, lastGood);
      const value = lastGood?.[key];
      return resolved.isDamaged && value !== undefined
        ? ({ ...resolved, value: fields[key].preset } as never)
        : resolved;
    },
  };
  test.each(Object.entries(broken))("it would be noticed of a resolver that %s", (_, resolver) => {
    expect(fc.check(neverLooser(resolver), { numRuns: 20_000 }).failed).toBe(true);
  });

  test("a layer that is taken away leaves exactly what the others say, and the order of layers does not matter", () => {
    const property = fc.property(layering, fc.nat({ max: 6 }), fc.integer(), ({ key, layers }, at, seed) => {
      const without = layers.filter((_, i) => i !== at);
      const empty = layers.map((one, i) => (i === at ? { ...one, entries: {}, openToTeams: [] } : one));
      const plain = ({ value, source, ties, mayChange }: ReturnType<Resolver>) => ({ value, source, ties, mayChange });
      expect(plain(resolveOf(key, without))).toEqual(plain(resolveOf(key, empty)));
      const shuffled = layers.map((one, i) => ({ one, rank: (seed * (i + 7) * 2_654_435_761) % 97 }));
      const mixed = shuffled.toSorted((a, b) => a.rank - b.rank).map(({ one }) => one);
      expect(resolveOf(key, mixed)).toEqual(resolveOf(key, layers));
    });
    fc.assert(property, { numRuns: 2_000 });
  });

  test("every value names the layer that it comes from, and a step for each layer", () => {
    const property = fc.property(layering, ({ key, layers }) => {
      const { value, source, ties, steps } = resolveOf(key, layers);
      expect(steps).toHaveLength(layers.length + 1);
      const applies = steps.filter(({ state }) => state === "applies");
      const sources = applies.map((step) => step.source);
      expect(sources).toContainEqual(source);
      for (const tie of ties) expect(sources).toContainEqual(tie);
      const isOne = applies.length === 1 && isSame(applies[0]?.value, value);
      expect(isOne || applies.every((step) => step.source.kind === "team")).toBe(true);
    });
    fc.assert(property, { numRuns: 2_000 });
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
