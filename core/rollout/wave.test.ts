import { reportOf } from "@muster/local/testing/fixtures/devices.ts";
import { depth } from "@muster/local/testing/random.ts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { arrivalOf, expectedOf, isReleased, touches, waveOf } from "./wave.ts";

const numRuns = depth(300, 5_000);
const revisions = fc.integer({ min: 1, max: 1_000 });
const deviceOf = (n: number) => ({ sk: ID.derive("device", `${n}`) });
const devices = fc.nat().map(deviceOf);
const percents = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 5 });
const rising = percents.map((all) => all.toSorted((one, other) => one - other).map((percent) => ({ percent })));
const [design, sales] = [ID.create("team"), ID.create("team")];
const inTeams = (...teams: ID.ID<"team">[]) => ({ teams: new Set(teams) });

describe("a device", () => {
  test("is in the same wave whenever it is asked, and stays released once it is", () => {
    fc.assert(
      fc.property(revisions, devices, rising, (revision, device, waves) => {
        const first = waveOf({ revision, waves, wave: 1 }, device, undefined);
        for (let wave = 1; wave <= waves.length + 1; wave++) {
          const rollout = { revision, waves, wave };
          expect(waveOf(rollout, device, inTeams(design))).toBe(first);
          expect(isReleased(rollout, device, undefined)).toBe(wave >= first);
        }
      }),
      { numRuns },
    );
  });

  test("that is among 10 % is among 25 %, however the waves are cut", () => {
    const isIn = (revision: number, device: ReturnType<typeof deviceOf>, percent: number) =>
      isReleased({ revision, waves: [{ percent }], wave: 1 }, device, undefined);
    const pairs = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }));
    fc.assert(
      fc.property(revisions, devices, pairs, (revision, device, pair) => {
        const [less, more] = [Math.min(...pair), Math.max(...pair)];
        expect(isIn(revision, device, less) && !isIn(revision, device, more)).toBe(false);
      }),
      { numRuns },
    );
  });

  test("is in the wave of its member's team, and in the last one without a team", () => {
    const rollout = { revision: 3, waves: [{ teams: [design] }, { teams: [sales] }], wave: 1 };
    const device = deviceOf(1);
    expect(waveOf(rollout, device, inTeams(design, sales))).toBe(1);
    expect(waveOf(rollout, device, inTeams(sales))).toBe(2);
    expect(waveOf(rollout, device, undefined)).toBe(3);
  });

  test("that is a canary or was chosen is in the first wave, and no other device is because of it", () => {
    fc.assert(
      fc.property(revisions, devices, devices, rising, (revision, device, other, waves) => {
        fc.pre(device.sk !== other.sk);
        const rollout = { revision, waves, wave: 1 };
        const without = waveOf(rollout, device, undefined);
        expect(waveOf(rollout, { ...device, isCanary: true }, undefined)).toBe(1);
        expect(waveOf(rollout, { ...device, isCanary: false }, undefined)).toBe(without);
        expect(waveOf(rollout, { ...device, isCanary: "yes" as never }, undefined)).toBe(without);
        expect(waveOf({ ...rollout, chosen: [other.sk, device.sk] }, device, undefined)).toBe(1);
        expect(waveOf({ ...rollout, chosen: [other.sk] }, device, undefined)).toBe(without);
      }),
      { numRuns },
    );
  });

  test("has to have the rollout in force once it is released, and the rest of the settings anyway", () => {
    const rollout = { revision: 3, waves: [{ teams: [design] }], wave: 1 } as Parameters<
      typeof expectedOf
    >[0]["rollout"];
    const device = deviceOf(1);
    expect(expectedOf({ revision: 5, rollout }, device, inTeams(design))).toEqual({ revision: 5 });
    expect(expectedOf({ revision: 5, rollout }, device, undefined)).toEqual({ revision: 5, heldBack: 3 });
    expect(expectedOf({ revision: 5 }, device, undefined)).toEqual({ revision: 5 });
  });
});

test("a wave has about its share of the devices, and others in the next rollout", () => {
  const all = Array.from({ length: 2_000 }, (_, n) => deviceOf(n));
  const chosenIn = (revision: number) =>
    all.filter((device) => isReleased({ revision, waves: [{ percent: 25 }], wave: 1 }, device, undefined));
  const [first, second] = [chosenIn(1), chosenIn(2)];
  for (const some of [first, second]) {
    expect(some.length).toBeGreaterThan(400);
    expect(some.length).toBeLessThan(600);
  }
  const both = new Set(first);
  expect(second.filter((device) => both.has(device)).length).toBeLessThan(200);
});

describe("a refusal", () => {
  const refused = (key: string) => {
    const report = reportOf(7);
    const { features } = report.sections;
    if (!features) throw new Error("All sections are reported.");
    return {
      report: {
        ...report,
        sections: { ...report.sections, features: { ...features, state: "refused" as const, key } },
      },
    };
  };

  test.each([
    [["features.telemetry"], "features.telemetry", "refused"],
    [[`${design}.features.telemetry`], "features.telemetry", "refused"],
    [["features.telemetry"], "telemetry", "in_force"],
    [["features.telemetry"], "features.processing", "in_force"],
    [["features.telemetry"], "", "in_force"],
  ])("of what a rollout changes (%s) names the setting as a whole: %j", (fields, key, arrival) => {
    expect(arrivalOf(refused(key), { revision: 7, fields })).toBe(arrival);
  });
});

test("a rollout is about the sections of its settings, the organization's and a team's", () => {
  const of = (...fields: string[]) => ["features", "models"].filter((one) => touches({ fields }, one as "features"));
  expect(of("features.telemetry")).toEqual(["features"]);
  expect(of(`${design}.models.allowed`)).toEqual(["models"]);
  expect(of("features.models.x")).toEqual(["features"]);
});
