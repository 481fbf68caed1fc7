import { Plan } from "@muster/core/rollout/plan.ts";
import * as v from "valibot";
import { expect, test } from "vitest";
import { type Draft, firstDraft, lasting, minimums, planOf, problemsOf } from "./plan.ts";

const team = { id: "team_01ARZ3NDEKTSV4RRFFQ69G5FAV", name: "Pilot" };
const waves = (...percents: string[]) => percents.map((percent, key) => ({ key, percent, teams: [] }));

test.each<[string, Partial<Draft>, string[]]>([
  ["the first draft", {}, []],
  ["teams without a share", { waves: [{ key: 0, percent: "", teams: [team] }] }, []],
  ["teams, and then a share", { waves: [{ key: 0, percent: "", teams: [team] }, ...waves("20")] }, []],
  ["neither teams nor a share", { waves: waves("") }, ["percent.0"]],
  ["a share that does not rise", { waves: waves("50", "50") }, ["percent.1"]],
  ["everybody as a share", { waves: waves("100") }, ["percent.0"]],
  ["half a percent", { waves: waves("0.5") }, ["percent.0"]],
  ["no share to wait for", { share: "0" }, ["share"]],
  ["nothing typed", { maxRefused: "" }, ["maxRefused"]],
  ["nobody may refuse", { maxRefused: "0" }, []],
  ["no minimum time", { minHours: "0" }, []],
  ["a minimum time above the maximum", { minHours: "25" }, ["minHours"]],
  ["a negative minimum time", { minHours: "-1" }, ["minHours"]],
  ["more than a month", { silenceHours: "721" }, ["silenceHours"]],
])("%s: the dialog refuses what the API refuses", (_, more, places) => {
  const draft = { ...firstDraft, ...more };
  expect(Object.keys(problemsOf(draft))).toEqual(places);
  expect(v.safeParse(Plan, planOf(draft)).success).toBe(places.length === 0);
});

test.each([...minimums, 30])("waves that last at least %i hours are ones that the API takes", (hours) => {
  const plan = lasting(planOf(firstDraft), hours);
  expect(plan).toMatchObject({ minHours: hours, silenceHours: Math.max(24, hours), share: 90 });
  expect(v.safeParse(Plan, plan).success).toBe(true);
});
