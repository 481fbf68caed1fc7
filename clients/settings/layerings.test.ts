import { depth } from "@muster/local/testing/random.ts";
import { build } from "esbuild";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FieldKey, fieldKeys, fields, sectionOf, type Values } from "./fields.ts";
import { everything, type Kind, noModel } from "./kind.ts";
import { isSame, type Layer, resolveField } from "./resolve.ts";

const runs = depth(1_000, 100_000);

const kindOf = (key: FieldKey) => fields[key].kind as unknown as Kind<unknown>;
const resolveOf = (key: FieldKey, layers: readonly Layer[], lastGood?: Partial<Values>) =>
  resolveField(key, layers, lastGood);
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
    expect(fc.check(neverLooser(resolveOf), { numRuns: runs })).toMatchObject({ failed: false });
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
    expect(fc.check(neverLooser(resolver), { numRuns: 20_000, endOnFailure: true }).failed).toBe(true);
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
    fc.assert(property, { numRuns: depth(200, 20_000) });
  });

  type Entry = { value: unknown; isLocked?: boolean };

  /** Returns the value that is said above the organization, and its lock there. */
  function upperByTheDocs(
    key: FieldKey,
    said: (rank: Layer["kind"]) => Entry[],
  ): { value: unknown; isLocked: boolean } {
    const [operator] = said("operator");
    const isLocked = said("operator").some((one) => one.isLocked);
    const [plan] = isLocked ? [] : said("plan");
    const { value } = plan ?? operator ?? { value: fields[key].preset };
    return { value, isLocked: isLocked || plan?.isLocked === true };
  }

  /** The rules of the layers, as the docs give them, for layers that can all be read. */
  function byTheDocs(key: FieldKey, layers: readonly Layer[]): unknown {
    const kind = kindOf(key);
    const said = (rank: Layer["kind"]) =>
      layers
        .filter((one) => one.kind === rank && Object.hasOwn(one.entries, key))
        .map((one) => one.entries[key] as Entry);
    const isOpen = layers.some(({ openToTeams = [] }) => (openToTeams as unknown[]).includes(key));
    const upper = upperByTheDocs(key, said);
    const [organization] = upper.isLocked ? [] : said("organization");
    const teams = isOpen && !upper.isLocked ? said("team") : [];
    const isClosed = upper.isLocked || organization?.isLocked === true || teams.some((one) => one.isLocked);
    const [own] = isClosed || !fields[key].isPersonal ? [] : said("member");
    const ofTeams = teams.map(({ value }) => value);
    const above = ofTeams.length > 0 ? ofTeams.reduce(kind.stricter) : (organization ?? upper).value;
    return own ? own.value : above;
  }

  test("the value is the one of the rules, in a client's bundle as well, from what it received as JSON", async () => {
    const { outputFiles } = await build({
      entryPoints: ["clients/settings/resolve.ts"],
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      platform: "neutral",
      write: false,
    });
    const text = outputFiles.map((file) => file.text).join("");
    const client = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as { resolveField: Resolver };
    const property = fc.property(layering, fc.nat({ max: 6 }), fc.option(damage), ({ key, layers }, at, how) => {
      expect(resolveOf(key, layers).value).toEqual(byTheDocs(key, layers));
      const stored = layers.map((one, i) => (i === at && how ? damaged(one, key, how) : one));
      const received = JSON.parse(JSON.stringify(stored)) as Layer[];
      expect(client.resolveField(key, received)).toEqual(resolveOf(key, received));
    });
    fc.assert(property, { numRuns: runs / 5 });
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
    fc.assert(property, { numRuns: depth(200, 20_000) });
  });
});
