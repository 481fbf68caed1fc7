import { resultOf } from "@muster/local/testing/result.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import * as ID from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import * as Report from "./report.ts";

let world: World;
beforeEach(async () => {
  world = await openWorld();
});

const reports = async () => (await asSystem("operator", () => Report.reports({}))).items;
const differences = async () => {
  const [newest] = await reports();
  return asSystem("operator", () => Report.report({ report: newest?.id ?? "" })).then((one) => one.differences);
};

describe("a report", () => {
  test("has every difference, however many", async () => {
    const many = Array.from({ length: 250 }, (_, n) => ({ organization: `org_${n}`, result: "differs" }));
    await asSystem("clock.billing", () => Report.publish("full", { checked: 900, differ: 250 }, many));
    expect(await differences()).toEqual(many);
    expect(await reports()).toMatchObject([{ kind: "full", counts: { checked: 900, differ: 250 } }]);
  });

  test("of the previous month is listed after this month's, and an unknown one is missing", async () => {
    await asSystem("clock.billing", () => Report.publish("dirty", { checked: 1 }, []));
    world.clock.pass(20 * 86_400);
    await asSystem("clock.billing", () => Report.publish("full", { checked: 2 }, []));
    expect((await reports()).map(({ at }) => at.slice(0, 7))).toEqual(["2026-12", "2026-11"]);
    const nobodys = ID.create("report");
    expect(await resultOf(asSystem("operator", () => Report.report({ report: nobodys })))).toBe("report.missing");
  });
});
