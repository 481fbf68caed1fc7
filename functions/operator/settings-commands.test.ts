import * as Catalog from "@muster/core/setting/catalog.ts";
import * as Effective from "@muster/core/setting/effective.ts";
import { settingKeys } from "@muster/core/setting/keys.ts";
import { update } from "@muster/core/table/table.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { operate } from "./operate.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

async function run(words: string[], entered = "") {
  const said: string[] = [];
  const exit = await operate(words, {
    say: (text) => said.push(text),
    complain: (text) => said.push(text),
    boot: () => {},
    secrets: () => ({ vault: undefined as never, input: async () => entered }),
  });
  return { exit, text: said.join("") };
}

const openai = { id: "openai", name: "OpenAI" };
const model = { id: "openai/gpt-next", name: "GPT Next", modalities: ["text"] };
const next = { providers: [openai], models: [model], applications: [] };
const catalog = async () => JSON.parse((await run(["catalog", "show", "--json"])).text) as Catalog.Info;

describe("the catalog", () => {
  test("is the product's own until another is set, which says what came and what went, and when", async () => {
    expect((await catalog()).version).toBe(0);
    const checked = await run(["catalog", "check"], JSON.stringify(next));
    expect(checked).toMatchObject({ exit: 0, text: expect.stringContaining("nothing is written") });
    expect((await catalog()).version).toBe(0);
    const set = await run(["catalog", "set"], JSON.stringify(next));
    expect(set.text).toContain("Version 1 is set.\nAdded: openai/gpt-next\nRemoved: anthropic,");
    expect(await catalog()).toEqual({
      version: 1,
      ...next,
      models: [{ ...model, labels: [], state: "available", addedAt: "2026-11-24T09:00:00.000Z" }],
    });
  });

  test("can be set again as it is shown", async () => {
    const shown = (await run(["catalog", "show"])).text;
    expect((await run(["catalog", "set"], shown)).text).toContain("Added: nothing\nRemoved: nothing");
    expect({ ...(await catalog()), version: 0 }).toEqual(JSON.parse(shown));
  });

  test.each([
    ["no JSON", "{", "Enter a JSON object"],
    ["a list", "[]", "Enter a JSON object"],
    ["no models", '{"providers":[],"applications":[]}', "models:"],
    ["a model without its provider", JSON.stringify({ ...next, providers: [] }), "Each model needs a provider"],
    ["an id twice", JSON.stringify({ ...next, models: [model, model] }), "An id stands here twice."],
    ["a model id without its provider", JSON.stringify({ ...next, models: [{ ...model, id: "gpt" }] }), "models.0.id:"],
    ["an unknown state", JSON.stringify({ ...next, models: [{ ...model, state: "old" }] }), "models.0.state:"],
    ["an unknown field", JSON.stringify({ ...next, model: [] }), "model"],
  ])("refuses %s, with the place", async (_, entered, sentence) => {
    const { exit, text } = await run(["catalog", "set"], entered);
    expect(exit).toBe(2);
    expect(text).toContain(sentence);
    expect((await catalog()).version).toBe(0);
  });

  test("of a newer release is read as far as this one knows it", async () => {
    await run(["catalog", "set"], JSON.stringify(next));
    const row = { ...model, labels: ["cheap"], modalities: ["smell"], state: "frozen", price: 7 };
    await fixture.world.table.write(update(raw(settingKeys.catalog()), { set: { models: [row] } }));
    const unknown = { labels: ["unknown"], modalities: ["unknown"], state: "unknown" };
    expect((await catalog()).models).toMatchObject([{ id: model.id, ...unknown }]);
  });
});

describe("the defaults", () => {
  const telemetry = async () => {
    const { fields } = await fixture.as(fixture.ada, () => Effective.effective({}));
    return fields["features.telemetry"];
  };

  test("apply to every organization that says nothing else, locked ones to all", async () => {
    expect((await run(["defaults", "show"])).text).toBe("No defaults are set: the presets apply.\n");
    await run(["defaults", "set", "features.telemetry", "true"]);
    expect(await telemetry()).toMatchObject({ value: true, source: { kind: "operator" }, mayChange: true });
    const { text } = await run(["defaults", "lock", "features.telemetry", "false"]);
    expect(text).toBe("features.telemetry  false  locked  (Telemetry)\n");
    expect(await telemetry()).toMatchObject({ value: false, source: { kind: "operator" }, mayChange: false });
    await run(["defaults", "clear", "features.telemetry"]);
    expect(await telemetry()).toMatchObject({ value: false, source: { kind: "preset" } });
  });

  test("of a plan apply to the organizations on it, below those of all", async () => {
    await run(["defaults", "set", "features.telemetry", "false"]);
    // its name comes before that of the organization's plan, in whatever order the table keeps them
    await run(["defaults", "set", "features.telemetry", "true", "--plan", "custom"]);
    const { text } = await run(["defaults", "lock", "features.telemetry", "true", "--plan", "free"]);
    expect(text.split("\n")).toEqual([
      "features.telemetry  false  (Telemetry)",
      "features.telemetry  true  on the plan custom  (Telemetry)",
      "features.telemetry  true  locked  on the plan free  (Telemetry)",
      "",
    ]);
    expect(await telemetry()).toMatchObject({ value: true, source: { kind: "plan", id: "free" }, mayChange: false });
    await run(["defaults", "clear", "features.telemetry", "--plan", "free"]);
    expect(await telemetry()).toMatchObject({ value: false, source: { kind: "operator" }, mayChange: true });
    await run(["defaults", "lock", "features.telemetry", "false"]);
    await run(["defaults", "lock", "features.telemetry", "true", "--plan", "free"]);
    expect(await telemetry()).toMatchObject({ value: false, source: { kind: "operator" } });
  });

  test.each([{ plans: "damaged" }, { plans: { free: "damaged" } }, { plans: { free: { "features.telemetry": 7 } } }])(
    "of a plan that cannot be read, %j, count as the strictest",
    async (set) => {
      await run(["defaults", "set", "features.telemetry", "true", "--plan", "free"]);
      await fixture.world.table.write(update(raw(settingKeys.operatorSettings()), { set }));
      expect(await telemetry()).toMatchObject({ value: false, source: { kind: "plan" }, isDamaged: true });
    },
  );

  test("take lists and texts", async () => {
    const list = await run(["defaults", "set", "websites.denied", '["example.com"]']);
    expect(list.text).toContain('websites.denied  ["example.com"]');
    const version = await run(["defaults", "set", "features.minimumClientVersion", "2.1.0"]);
    expect(version.text).toContain('features.minimumClientVersion  "2.1.0"');
  });

  test.each([
    [["defaults"]],
    [["defaults", "set", "features.telemetry"]],
    [["defaults", "set", "features.nothing", "true"]],
    [["defaults", "set", "features.telemetry", "perhaps"]],
    [["defaults", "set", "websites.denied", '["facebook"]']],
    [["defaults", "clear", "features.telemetry", "true"]],
    [["defaults", "set", "features.telemetry", "true", "--plan", "weekly"]],
    [["defaults", "show", "--plan", "free"]],
    [["catalog", "show", "--plan", "free"]],
  ])("refuse %j", async (words) => {
    expect((await run(words)).exit).toBe(2);
    expect((await run(["defaults", "show"])).text).toContain("No defaults are set");
  });
});
