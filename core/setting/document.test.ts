import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { update } from "../table/table.ts";
import * as Team from "../team/team.ts";
import * as Document from "./document.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as Setting from "./setting.ts";

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

const owned = <T>(run: () => Promise<T>) => fixture.as(fixture.ada, run);
const read = () => owned(() => OrganizationLayer.get({}));
const exported = () => owned(() => Document.exportDocument({}));
const importing = (document: string, more: { revision?: number; isCheck?: boolean } = {}) =>
  owned(async () => {
    const { revision } = await OrganizationLayer.get({});
    return Document.importDocument({ document, revision, ...more });
  });
const problems = (document: string) =>
  importing(document).then(
    () => [],
    ({ fields }) => (fields as { path: string; message: string }[]).map(({ path, message }) => `${path}: ${message}`),
  );

const settings = {
  "features.telemetry": { value: true, isLocked: true },
  "features.minimumClientVersion": { value: "2.10.0" },
  "models.isRestricted": { value: true },
  "models.allowed": { value: [] },
  "sources.blocked": { value: ["macos:com.example.app", "slack"] },
  "websites.denied": { value: ["*.example.com", "xn--bcher-kva.example"] },
} as const;
const saved = () =>
  owned(() =>
    OrganizationLayer.change({
      revision: 0,
      fields: settings,
      openToTeams: ["features.telemetry"],
    }),
  );

describe("a settings file", () => {
  test("says what each setting does, and changes nothing when it is imported as it is", async () => {
    await saved();
    const document = await exported();
    expect(document).toContain("# Telemetry: ");
    expect(document).toContain("  telemetry:\n    value: true\n    locked: true\n");
    expect(document).toContain("  # audioCapture: { value: false }\n");
    expect(await importing(document)).toEqual({ changes: [], isSaved: false, revision: 1 });
    expect(await read()).toMatchObject({ revision: 1 });
  });

  test("of an organization that says nothing changes nothing either", async () => {
    expect(await importing(await exported())).toMatchObject({ changes: [], isSaved: false });
  });

  test("brings all of another organization's settings, with locks and what teams may override", async () => {
    await saved();
    const [document, before] = [await exported(), await read()];
    fixture = await openOrganization();
    await importing(document);
    const after = await read();
    const plain = ({ fields }: OrganizationLayer.Info) =>
      Object.entries(fields as Record<string, { value: unknown; isLocked: boolean }>)
        .map(([key, { value, isLocked }]) => [key, value, isLocked])
        .toSorted(([one], [other]) => String(one).localeCompare(String(other)));
    expect(plain(after)).toEqual(plain(before));
    expect(after.openToTeams).toEqual(before.openToTeams);
  });

  test("has thousands of websites", async () => {
    const value = Array.from({ length: depth(1_000, 50_000) }, (_, i) => `site-${i}.example.com`);
    await owned(() => OrganizationLayer.change({ revision: 0, fields: { "websites.denied": { value } } }));
    const document = await exported();
    expect(await importing(document)).toMatchObject({ changes: [], isSaved: false });
    const { changes } = await importing(document.replace('"site-7.example.com"', '"site-x.example.com"'));
    expect(changes).toMatchObject([{ added: ["site-x.example.com"], removed: ["site-7.example.com"] }]);
  });

  test("leaves a section alone that it does not have, and a setting to the layers above that its section leaves out", async () => {
    await saved();
    const check = await importing("models: {}\n", { isCheck: true });
    expect(check).toMatchObject({ isSaved: false, revision: 1 });
    expect(check.changes.map(({ field }) => field).sort()).toEqual(["models.allowed", "models.isRestricted"]);
    expect(await read()).toMatchObject({ revision: 1 });
    expect(await importing("models: {}\n")).toMatchObject({ isSaved: true, revision: 2, changes: check.changes });
    const { fields } = await read();
    expect(Object.keys(fields)).toContain("features.telemetry");
    expect(Object.keys(fields)).not.toContain("models.allowed");
    const [revision] = (await owned(() => History.history({}))).items;
    const byField = (one: { field: string }, other: { field: string }) => (one.field < other.field ? -1 : 1);
    expect(revision?.changes.toSorted(byField)).toEqual(check.changes.toSorted(byField));
  });

  test("is not imported over a change that its author has not seen", async () => {
    await saved();
    expect(await resultOf(importing("models: {}\n", { revision: 0 }))).toBe("setting.changed");
  });

  test("is not written while a field of General cannot be read, which its import would clear", async () => {
    await owned(() => Setting.saveGeneral({ revision: 0, contact: { name: "Ada", phone: "+49 30 1234567" } }));
    expect(await exported()).toContain("+49 30 1234567");
    const key = raw(settingKeys.section(fixture.organization, "general"));
    const value = { contact: { name: "Ada", phone: 7 }, address: {} };
    await fixture.world.table.write(update(key, { set: { value } }));
    expect(await resultOf(exported())).toBe("row.unreadable");
  });

  test("is not exported without what cannot be read", async () => {
    await saved();
    const row = raw(settingKeys.section(fixture.organization, "features"));
    const entries = { "features.telemetry": { value: 7 } };
    await fixture.world.table.write(update(row, { set: { value: { entries } } }));
    expect(await resultOf(exported())).toBe("row.unreadable");
  });

  test.each([
    ["no YAML", "features: [\n", ["document: Line 2 is not YAML."]],
    ["a list", "- a\n", ["document: Expected names and values."]],
    ["an unknown section", "secrets: {}\n", ["document.secrets: There is no such section."]],
    ["half a character in a name", '"x\\ud800y": {}\n', ["document.x\ufffdy: There is no such section."]],
    [
      "half a character where a setting is named",
      'features: { "x\\ud800y": 1 }\n',
      ["document.features.x\ufffdy: There is no such setting."],
    ],
    ["an unknown setting", "features: { next: 1 }\n", ["document.features.next: There is no such setting."]],
    [
      "a value by itself",
      "features: { telemetry: true }\n",
      ["document.features.telemetry: Expected names and values."],
    ],
    ["no value", "features: { telemetry: {} }\n", ["document.features.telemetry.value: This field is required."]],
    [
      "a value of another kind",
      "features: { telemetry: { value: 1 } }\n",
      ["document.features.telemetry.value: Expected true or false."],
    ],
    ["an alias", "features: &a {}\nmodels: *a\n", ["document: Anchors and aliases are not supported."]],
    ["a name twice", "features: {}\nfeatures: {}\n", ["document: Line 2 repeats a name."]],
    ["two documents", "features: {}\n---\nmodels: {}\n", ["document: Line 2 is not YAML."]],
    [
      "a website that is none",
      'websites: { denied: { value: ["facebook"] } }\n',
      ["document.websites.denied.value.0: Enter a whole domain, such as example.com."],
    ],
    [
      "an unknown setting for teams",
      "openToTeams: [features.next]\n",
      ["document.openToTeams.0: This is not one of the choices."],
    ],
  ])("with %s is refused with its place", async (_, document, expected) => {
    expect(await problems(document)).toEqual(expected);
    expect(await read()).toMatchObject({ revision: 0 });
  });

  const deep: Record<string, (size: number) => string> = {
    "lists in one line": (size) => "[".repeat(size),
    "maps in one line": (size) => "{a: ".repeat(size),
    "lists below each other": (size) => "- ".repeat(size),
    "names that are maps": (size) => "? ".repeat(size),
    "maps below each other": (size) => Array.from({ length: size }, (_, i) => `${" ".repeat(i)}a:`).join("\n"),
    "a list of a setting": (size) => `websites: { denied: { value: ${"[".repeat(size)}${"]".repeat(size)} } }`,
  };
  test.each(Object.entries(deep))("that is nested too deeply is refused before it is read: %s", async (_, make) => {
    for (const size of [30, 1_800]) {
      expect(await problems(make(size))).toEqual([
        expect.stringMatching(/^document: Line \d+ is nested too deeply\.$/),
      ]);
    }
  });

  // with a time that grows faster than the text, these would take minutes
  const large: Record<string, [document: string, problem: RegExp]> = {
    names: [Array.from({ length: 60_000 }, (_, i) => `k${i}:`).join("\n"), /k0: There is no such section/],
    "names in one line": [`{ ${Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`).join()} }`, /k0: There is no such/],
    settings: [
      `features: { ${Array.from({ length: 40_000 }, (_, i) => `k${i}: 1`).join()} }`,
      /features\.k0: There is/,
    ],
    teams: [`teams: { ${Array.from({ length: 5_001 }, (_, i) => `t${i}: {}`).join()} }`, /has at most 5,000 teams/],
    "empty entries": ["-\n".repeat(650_001), /^document: This file has too many names and values\.$/],
    values: [`[${"1,".repeat(650_001)}]`, /^document: This file has too many names and values\.$/],
    documents: ["---\n".repeat(300_000), /^document: Line 2 is not YAML\.$/],
    errors: ["a: ]\n".repeat(20_000), /Line 1 is not YAML/],
    comments: [`${"#\n".repeat(100_000)}a: 1`, /document\.a: There is no such section/],
  };
  test.each(Object.entries(large))(
    "with very many %s is refused in a time that grows with its length",
    async (_, one) => {
      const [document, problem] = one;
      const found = await problems(document);
      expect(found[0]).toMatch(problem);
      expect(found.length).toBeLessThanOrEqual(100);
    },
  );

  test.each([
    ["a website that is none", "websites: { denied: { value: [facebook] } }", "websites.denied.value.0: Enter a whole"],
    [
      "a model that the catalog does not have",
      "models: { allowed: { value: [openai/x] } }",
      "models.allowed: Not in the",
    ],
    ["a value of another kind", "features: { telemetry: { value: 1 } }", "features.telemetry.value: Expected true or"],
  ])("is refused with the team whose setting has %s", async (_, own, problem) => {
    await owned(() => Team.create({ name: "Design 2.0" }));
    const [found, ...more] = await problems(`teams: { Design 2.0: { ${own} } }\n`);
    expect(found).toContain(`document.teams.Design 2.0.${problem}`);
    expect(more).toEqual([]);
  });
});
