import { depth } from "@muster/local/testing/random.ts";
import { type FieldKey, fieldKeys, fields } from "@muster/settings/fields.ts";
import { isSame, type Layer, resolve } from "@muster/settings/resolve.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { memberKeys } from "../member/keys.ts";
import { cohortOf, nameOf } from "./cohort.ts";
import { type Counted, reachOf, type Situation } from "./reach.ts";

type Person = { teams: string[]; own: Record<string, unknown> };

const acme = ID.derive("organization", "acme");
const teamNames = ["a", "b", "c"];
const team = (name: string) => ID.derive("team", name);
const models = ["openai/gpt-4.1", "openai/gpt-4o", "google/gemini-2.5-pro"];
const none = { cohorts: [], models, apiKeys: [] };

/** The cohorts of these people, as their memberships are counted. */
function cohortsOf(people: readonly Person[]): Counted[] {
  const cohorts = new Map<string, Counted>();
  for (const [i, { teams, own }] of people.entries()) {
    const row = { ...memberKeys.member(acme, ID.derive("account", `${i}`)), teams: new Set(teams.map(team)), own };
    const cohort = cohortOf(row) ?? { teams: [], own: {} };
    const name = nameOf(cohort);
    cohorts.set(name, { ...cohort, members: (cohorts.get(name)?.members ?? 0) + 1 });
  }
  return [...cohorts.values()];
}

function layersOf({ upper, teams }: Situation, person: Person): Layer[] {
  const own: Layer = { kind: "member", entries: person.own };
  return [...upper, ...person.teams.flatMap((name) => teams.get(team(name)) ?? []), own];
}

const situation = (
  organization: Layer["entries"],
  more: Partial<Layer> & { of?: Layer["entries"] } = {},
): Situation => {
  const { of = {}, ...rest } = more;
  return {
    upper: [{ kind: "organization", entries: organization, ...rest }],
    teams: new Map([[team("a"), { kind: "team", id: team("a"), name: "A", entries: of }]]),
  };
};
const people = (count: number, person: Partial<Person> = {}) =>
  Array.from({ length: count }, (): Person => ({ teams: [], own: {}, ...person }));

describe("a change reaches", () => {
  const key = "features.telemetry";
  const says = (value: boolean, isLocked = false) => ({ [key]: { value, isLocked } });
  const all = [
    ...people(4),
    ...people(3, { own: says(false) }),
    ...people(2, { teams: ["a"] }),
    ...people(1, { teams: ["a"], own: says(true) }),
  ];
  const changed = (before: Situation, after: Situation) =>
    reachOf({ before, after }, [key], { ...none, cohorts: cohortsOf(all) }).changed;

  test("nobody whose own choice or team applies as before", () => {
    expect(changed(situation({}), situation(says(true)))).toBe(6);
    expect(changed(situation({}), situation(says(true, true)))).toBe(9);
    const openToTeams = [key];
    const of = says(false, true);
    expect(changed(situation({}, { of, openToTeams }), situation(says(true, true), { of, openToTeams }))).toBe(7);
    expect(changed(situation({}, { of }), situation({}, { of, openToTeams }))).toBe(1);
  });

  test("no team that is deleted", () => {
    const openToTeams = [key];
    const of = says(false, true);
    const [before, after] = [situation({}, { of, openToTeams }), situation(says(true), { of, openToTeams })];
    const without = { ...after, teams: new Map() };
    expect(changed({ ...before, teams: new Map() }, without)).toBe(6);
  });
});

describe("a member has no model", () => {
  const allow = (providers: string[], allowed: string[]) => ({
    "models.isRestricted": { value: true },
    "models.providers": { value: providers },
    "models.allowed": { value: allowed },
  });
  const [openai, gone] = ["openai/gpt-4.1", "openai/gone"];
  const apiKeys = [
    { id: "everybody", provider: "openai" },
    { id: "team", provider: "openai", teams: new Set([team("a")]) },
    { id: "deleted", provider: "openai", teams: new Set([team("b")]) },
    { id: "google", provider: "google" },
  ];
  const reach = (after: Situation, before = situation({})) =>
    reachOf({ before, after }, [...fieldKeys], {
      models,
      apiKeys,
      cohorts: cohortsOf([...people(2), ...people(1, { teams: ["a"] })]),
    });

  test.each([
    ["allowed models are not customized", situation({ "models.allowed": { value: [] } }), 0],
    ["one is allowed", situation(allow(["openai"], [openai])), 0],
    ["none is allowed", situation(allow(["openai"], [])), 3],
    ["its provider is off", situation(allow(["google"], [openai])), 3],
    ["the catalog has it no longer", situation(allow(["openai"], [gone])), 3],
    ["the list cannot be read", situation({ ...allow(["openai"], []), "models.allowed": { value: 1 } }), 3],
    ["but a team's", situation(allow([], []), { openToTeams: [...fieldKeys], of: allow(["openai"], [openai]) }), 2],
  ])("if %s", (_, after, without) => {
    expect(reach(after).withoutModel).toEqual({ before: 0, after: without });
    expect(reach(situation({}), after).withoutModel).toEqual({ before: without, after: 0 });
  });

  test("and an API key no user, if nobody who may use it may use a model of its provider", () => {
    expect(reach(situation(allow(["google"], models))).unusedKeys).toEqual(["everybody", "team"]);
    const ofTeam = situation(allow([], []), { openToTeams: [...fieldKeys], of: allow(["openai"], [openai]) });
    expect(reach(ofTeam).unusedKeys).toEqual(["google"]);
    expect(reach(situation({}), situation(allow([], []))).unusedKeys).toEqual([]);
  });
});

describe("what a team overrides is lost", () => {
  const key = "features.telemetry";
  const of = { [key]: { value: true, isLocked: true } };
  const open = { openToTeams: [key], of };
  const lost = (before: Situation, after: Situation) =>
    reachOf({ before, after }, [key], none).overrides.map(({ name, field, state }) => [name, field, state]);

  test("if the setting is closed to teams, or locked by it", () => {
    expect(lost(situation({}, open), situation({}, { of }))).toEqual([["A", key, "closed"]]);
    const locked = { [key]: { value: false, isLocked: true } };
    expect(lost(situation({}, open), situation(locked, { of }))).toEqual([["A", key, "overruled"]]);
    expect(lost(situation({}, open), situation(locked, open))).toEqual([]);
  });

  test("not if it had no effect before, unless it is new", () => {
    expect(lost(situation({}, { of }), situation({ [key]: { value: false, isLocked: true } }, { of }))).toEqual([]);
    expect(lost(situation({}), situation({}, { of }))).toEqual([["A", key, "closed"]]);
  });
});

test("the members whose values differ are those that the cohorts count, for any layers and any damage", () => {
  const damaged = fc.constantFrom<unknown>(null, 7, "text", {}, [], { value: null }, { value: {}, isLocked: true });
  const entryOf = (key: FieldKey) => {
    const { kind, preset } = fields[key];
    const known: unknown[] = kind.options ? [...kind.options] : [preset, kind.strictest, true, "1.2.3", ["x"], models];
    const lock = fc.constantFrom<unknown>(undefined, false, true, "perhaps");
    const whole = fc.record({ value: fc.constantFrom(...known), isLocked: lock, at: fc.constantFrom("1", "2") });
    return fc.oneof({ weight: 6, arbitrary: whole }, { weight: 1, arbitrary: damaged });
  };
  /** Few settings, so that layers speak of the same ones. */
  const keys: FieldKey[] = ["features.telemetry", "models.memoryEvents", "sources.blocked", "models.allowed"];
  const entries = fc.record(Object.fromEntries(keys.map((key) => [key, entryOf(key)])), { requiredKeys: [] });
  const organization = fc.record({
    kind: fc.constant("organization" as const),
    entries,
    openToTeams: fc.oneof({ weight: 5, arbitrary: fc.subarray<unknown>(keys) }, { weight: 1, arbitrary: damaged }),
    unreadable: fc.constantFrom([], [], ["sources" as const]),
  });
  const operator = fc.record({ kind: fc.constant("operator" as const), entries });
  const teams = fc.record(Object.fromEntries(teamNames.map((name) => [name, entries])), { requiredKeys: [] });
  const situations = fc.record({ organization, operator, teams }).map(
    ({ organization: one, operator: other, teams: said }): Situation => ({
      upper: [other, one],
      teams: new Map(
        Object.entries(said).map(([name, own]) => [
          team(name),
          { kind: "team", id: team(name), name, entries: own as Layer["entries"] },
        ]),
      ),
    }),
  );
  const person = fc.record({ teams: fc.subarray(teamNames), own: entries });
  const property = fc.property(situations, situations, fc.array(person, { maxLength: 12 }), (before, after, all) => {
    const reach = reachOf({ before, after }, fieldKeys, { ...none, cohorts: cohortsOf(all) });
    const differing = all.map((one) => {
      const [old, now] = [resolve(layersOf(before, one)), resolve(layersOf(after, one))];
      return fieldKeys.filter((key) => !isSame(old[key].value, now[key].value));
    });
    const counts = fieldKeys.map((key) => [key, differing.filter((of) => of.includes(key)).length] as const);
    expect([reach.counted, reach.changed]).toEqual([all.length, differing.filter((of) => of.length > 0).length]);
    expect(reach.fields).toEqual(new Map(counts.filter(([, count]) => count > 0)));
  });
  fc.assert(property, { numRuns: depth(40, 10_000) });
});
