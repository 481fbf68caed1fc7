import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import type { Fault } from "../kernel/ports.ts";
import { remove, update } from "../table/table.ts";
import * as TeamMembers from "../team/members.ts";
import * as Team from "../team/team.ts";
import * as Catalog from "./catalog.ts";
import * as Document from "./document.ts";
import * as Effective from "./effective.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import * as MemberLayer from "./member-layer.ts";
import * as OperatorLayer from "./operator-layer.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import { presetCatalog } from "./preset-catalog.ts";
import * as TeamLayer from "./team-layer.ts";

let fixture: OrganizationFixture;
let faults: Fault[];
beforeEach(async () => {
  fixture = await openOrganization();
  faults = [];
  fixture.world.rebind({ faults: { report: (fault) => faults.push(fault) } });
});

const at = "2026-11-24T09:00:00.000Z";
const telemetry = "features.telemetry";
type MemberInput = Parameters<typeof MemberLayer.choose>[0];
type Input = Parameters<typeof OrganizationLayer.change>[0];

const read = () => fixture.as(fixture.ada, () => OrganizationLayer.get({}));
const change = (revision: number, input: Omit<Input, "revision">, by: Person = fixture.ada) =>
  fixture.as(by, () => OrganizationLayer.change({ revision, ...input }));
const effective = async (by: Person = fixture.ada, account?: Person) => {
  const { fields } = await fixture.as(by, () => Effective.effective(account ? { account: account.account } : {}));
  return fields as Record<string, { value: unknown; source: { kind: string }; mayChange: boolean; isDamaged: boolean }>;
};
const history = async () => (await fixture.as(fixture.ada, () => History.history({}))).items;

describe("an organization", () => {
  test("says nothing of its settings at first", async () => {
    expect(await read()).toMatchObject({ fields: {}, openToTeams: [], revision: 0 });
    expect((await effective())[telemetry]).toMatchObject({ value: false, source: { kind: "preset" }, mayChange: true });
  });

  test("sets, locks and leaves settings, each change with who made it, when and at which revision", async () => {
    const set = await change(0, {
      fields: { [telemetry]: { value: true }, "models.allowed": { value: ["openai/gpt-4.1"], isLocked: true } },
    });
    const origin = { by: fixture.ada.account, at, revision: 1 };
    expect(set.fields).toEqual({
      [telemetry]: { value: true, isLocked: false, ...origin },
      "models.allowed": { value: ["openai/gpt-4.1"], count: 1, isLocked: true, ...origin },
    });
    expect(set).toMatchObject({ revision: 1, sections: { features: 1, models: 1, sources: 0, websites: 0 } });
    expect(await read()).toEqual(set);

    await change(1, { fields: { [telemetry]: { isLocked: true }, "models.allowed": null } });
    const { fields } = await read();
    expect(fields).toEqual({ [telemetry]: { value: true, isLocked: true, ...origin, revision: 2 } });
    expect((await effective())[telemetry]).toMatchObject({
      value: true,
      source: { kind: "organization" },
      mayChange: false,
    });
  });

  test("changes nothing by saying what is so already", async () => {
    const set = await change(0, { fields: { [telemetry]: { value: true } }, openToTeams: [telemetry] });
    expect(await change(0, { fields: { [telemetry]: { value: true } }, openToTeams: [telemetry] })).toEqual(set);
    expect(await change(1, { fields: { [telemetry]: { value: true }, "models.allowed": null } })).toEqual(set);
    expect(await history()).toHaveLength(1);
  });

  test("has a conflict at a revision that is yet to come, even if nothing differs", async () => {
    const fields = { [telemetry]: { value: true } };
    await change(0, { fields });
    const { id: team } = await fixture.as(fixture.ada, () => Team.create({ name: "Design" }));
    const byTeam = (revision: number) =>
      fixture.as(fixture.ada, () => TeamLayer.changeTeam({ team, revision, fields: { [telemetry]: null } }));
    const byFile = (revision: number, isCheck: boolean) =>
      fixture.as(fixture.ada, () => Document.importDocument({ document: "sources: {}", revision, isCheck }));
    const far = 1_000_000_000;
    const refused = [change(far, { fields }), byTeam(far), byFile(far, false)];
    expect(await Promise.all(refused.map(resultOf))).toEqual(refused.map(() => "setting.changed"));
    const fine = [change(0, { fields }), byTeam(0), byFile(0, false), byFile(far, true)];
    expect(await Promise.all(fine.map(resultOf))).toEqual(fine.map(() => "done"));
  });

  test("has conflicts by section", async () => {
    await change(0, { fields: { [telemetry]: { value: true } } });
    expect(await resultOf(change(0, { fields: { "features.processing": { value: false } } }))).toBe("setting.changed");
    expect(await resultOf(change(0, { fields: { "sources.audioCapture": { value: true } } }))).toBe("done");
    expect(await read()).toMatchObject({ sections: { features: 1, sources: 2 } });
    const both = { [telemetry]: { value: false }, "sources.audioCapture": { value: false } };
    expect(await resultOf(change(1, { fields: both }))).toBe("setting.changed");
    expect(await change(2, { fields: both })).toMatchObject({ sections: { features: 3, sources: 3 } });
  });

  test("keeps what a newer release has set", async () => {
    await change(0, { fields: { [telemetry]: { value: true } } });
    const key = raw(settingKeys.section(fixture.organization, "features"));
    const row = await fixture.world.table.get(key);
    const value = row?.["value"] as { entries: object };
    const next = { "features.next": { value: 7 } };
    await fixture.world.table.write(
      update(key, { set: { value: { ...value, entries: { ...value.entries, ...next } } } }),
    );
    await change(1, { fields: { [telemetry]: { value: false } } });
    expect((await fixture.world.table.get(key))?.["value"]).toMatchObject({ entries: next });
  });

  test.each([
    ["a value of another kind", { fields: { [telemetry]: { value: "yes" } } }],
    ["an unknown setting", { fields: { "features.next": { value: true } } }],
    ["a choice that is none", { fields: { "features.processingMode": { value: "HYBRID" } } }],
    ["a version that is none", { fields: { "features.minimumClientVersion": { value: "2" } } }],
    ["an entry that is no model", { fields: { "models.allowed": { value: ["gpt"] } } }],
    ["a value and what to add", { fields: { "models.allowed": { value: [], add: ["openai/gpt-4.1"] } } }],
    ["a list of what is no setting", { openToTeams: ["features.next"] }],
  ])("refuses %s", async (_, input) => {
    expect(await resultOf(change(0, input as Omit<Input, "revision">))).toBe("input.invalid");
  });
});

test("lists whose texts are too long for one row are refused at their settings; others fit, and so does their history", async () => {
  const applications = (count: number, from = 0) =>
    Array.from({ length: count }, (_, i) => `linux:${"m".repeat(110)}${from + i}`);
  const refusal = change(0, { fields: { "sources.blocked": { value: applications(2_000) } } });
  await expect(refusal).rejects.toMatchObject({
    fields: [{ path: "fields.sources.blocked", message: expect.stringContaining("32,000") }],
  });
  await change(0, { fields: { "sources.blocked": { value: applications(250, 1_000) } } });
  await change(1, { fields: { "sources.blocked": { value: applications(250, 2_000) } } });
  expect(await resultOf(change(2, { fields: { "sources.blocked": { add: applications(50, 3_000) } } }))).toBe(
    "input.invalid",
  );
  expect(await history()).toHaveLength(2);
});

describe("damage", () => {
  const features = () => raw(settingKeys.section(fixture.organization, "features"));
  beforeEach(async () => {
    await change(0, { fields: { "features.externalCloud": { value: true }, [telemetry]: { value: true } } });
  });

  test.each([
    ["a section that is gone", () => fixture.world.table.write(remove(features()))],
    ["a section of another shape", () => fixture.world.table.write(update(features(), { set: { value: [] } }))],
  ])("of %s makes all of it strict, and is said", async (_, harm) => {
    await harm();
    const fields = await effective();
    expect(fields["features.externalCloud"]).toMatchObject({ value: false, isDamaged: true });
    expect(await read()).toMatchObject({ unreadable: ["features"] });
    expect(await resultOf(change(1, { fields: { [telemetry]: { value: true } } }))).toBe("row.unreadable");
    expect(await resultOf(change(1, { fields: { "sources.audioCapture": { value: true } } }))).toBe("done");
    expect(faults.map(({ attribute }) => attribute)).toContain("value");
    expect(faults.map(({ pk }) => pk)).toContain(features().pk);
  });

  test("of one entry makes that setting strict until it is set again", async () => {
    const entries = { [telemetry]: { value: 7 }, "features.externalCloud": { value: true } };
    await fixture.world.table.write(update(features(), { set: { value: { entries } } }));
    const fields = await effective();
    expect(fields[telemetry]).toMatchObject({ value: false, isDamaged: true });
    expect(fields["features.externalCloud"]).toMatchObject({ value: true, isDamaged: false });
    expect((await read()).fields).toMatchObject({ [telemetry]: { value: false, isLocked: true, isDamaged: true } });
    await change(1, { fields: { [telemetry]: { value: false, isLocked: true } } });
    expect((await read()).fields).toMatchObject({ [telemetry]: { value: false, isLocked: true, revision: 2 } });
  });
});

describe("a team", () => {
  test("overrides what the organization opens to teams, for its members", async () => {
    const bob = await fixture.join("bob@example.com", "write");
    const { id: team } = await fixture.as(fixture.ada, () => Team.create({ name: "Design" }));
    await fixture.as(fixture.ada, () => TeamMembers.addMembers({ team, accounts: [bob.account] }));
    await change(0, { fields: { [telemetry]: { value: false, isLocked: true } } });
    const override = { team, revision: 1, fields: { [telemetry]: { value: true } } };
    const saved = await fixture.as(fixture.ada, () => TeamLayer.changeTeam(override));
    expect(saved).toMatchObject({ revision: 2, fields: { [telemetry]: { value: true, revision: 2 } } });
    expect(await fixture.as(fixture.ada, () => TeamLayer.getTeam({ team }))).toEqual(saved);
    expect((await effective(bob))[telemetry]).toMatchObject({ value: false });

    await change(1, { openToTeams: [telemetry] });
    expect((await effective(bob))[telemetry]).toMatchObject({
      value: true,
      source: { kind: "team", id: team, name: "Design", by: fixture.ada.account, revision: 2 },
      mayChange: false,
    });
    expect((await effective(fixture.ada))[telemetry]).toMatchObject({ value: false });
    expect(await resultOf(fixture.as(fixture.ada, () => TeamLayer.changeTeam(override)))).toBe("done");
    const late = { ...override, fields: { [telemetry]: null } };
    expect(await resultOf(fixture.as(fixture.ada, () => TeamLayer.changeTeam(late)))).toBe("setting.changed");
  });
});

describe("a member", () => {
  test("chooses what is left to them, and keeps the choice while a lock hides it", async () => {
    const bob = await fixture.join("bob@example.com", "read");
    const choose = (fields: MemberInput["fields"]) => fixture.as(bob, () => MemberLayer.choose({ fields }));
    await change(0, { fields: { [telemetry]: { value: true } } });
    expect((await choose({ [telemetry]: { value: false } })).fields).toMatchObject({ [telemetry]: { value: false } });
    expect((await effective(bob))[telemetry]).toMatchObject({ value: false, source: { kind: "member" } });
    await change(1, { fields: { [telemetry]: { isLocked: true } } });
    expect((await effective(bob))[telemetry]).toMatchObject({ value: true, mayChange: false });
    await change(2, { fields: { [telemetry]: null } });
    expect((await effective(bob))[telemetry]).toMatchObject({ value: false, source: { kind: "member" } });
    await choose({ [telemetry]: null });
    expect((await effective(bob))[telemetry]).toMatchObject({ source: { kind: "preset" } });
    expect(await resultOf(choose({ "features.minimumClientVersion": { value: "9.0.0" } }))).toBe(
      "setting.not_personal",
    );
  });

  test("sees their own settings, and not those of others", async () => {
    const bob = await fixture.join("bob@example.com", "write");
    expect(await resultOf(effective(bob, fixture.ada))).toBe("actor.forbidden");
    expect(await resultOf(effective(fixture.ada, bob))).toBe("done");
    const stranger = await fixture.world.person("eve@example.com");
    expect(await resultOf(effective(fixture.ada, stranger))).toBe("member.missing");
  });
});

describe("the history", () => {
  test("has each revision with what it changed, why, and who changed it, newest first", async () => {
    await change(0, { fields: { [telemetry]: { value: true } }, note: "For the pilot" });
    await change(1, { fields: { [telemetry]: { isLocked: true } }, openToTeams: [telemetry] });
    const by = fixture.ada.account;
    const ordered = (await history()).map(({ changes, ...rest }) => ({
      ...rest,
      changes: changes.toSorted((one, other) => (one.field > other.field ? -1 : 1)),
    }));
    expect(ordered).toEqual([
      {
        revision: 2,
        at,
        by,
        changes: [
          { field: telemetry, from: { value: true }, to: { value: true, isLocked: true } },
          { field: "features.openToTeams", from: [], to: [telemetry] },
        ],
      },
      { revision: 1, at, by, note: "For the pilot", changes: [{ field: telemetry, to: { value: true } }] },
    ]);
  });

  test("leads back to any revision, as a new one", async () => {
    const inputs: Omit<Input, "revision">[] = [
      { fields: { [telemetry]: { value: true }, "models.allowed": { value: ["openai/gpt-4.1", "openai/gpt-4o"] } } },
      {
        fields: { [telemetry]: { isLocked: true }, "sources.audioCapture": { value: true } },
        openToTeams: [telemetry],
      },
      { fields: { [telemetry]: null, "models.allowed": { value: ["openai/gpt-4o"] } }, openToTeams: [] },
    ];
    const plain = ({ fields, openToTeams }: OrganizationLayer.Info) => [
      Object.entries(fields as Record<string, { value: unknown; isLocked: boolean }>)
        .map(([key, { value, isLocked }]) => [key, value, isLocked])
        .toSorted(([one], [other]) => String(one).localeCompare(String(other))),
      openToTeams,
    ];
    const states = [plain(await read())];
    for (const [i, input] of inputs.entries()) states.push(plain(await change(i, input)));
    for (const to of [2, 0, 3, 1]) {
      const { revision } = await read();
      const restored = await fixture.as(fixture.ada, () => History.restore({ revision, to }));
      expect(plain(restored)).toEqual(states[to]);
      expect(plain(await read())).toEqual(states[to]);
      expect(restored.revision).toBe(revision + 1);
    }
    const { revision } = await read();
    expect(await fixture.as(fixture.ada, () => History.restore({ revision, to: revision }))).toMatchObject({
      revision,
    });
    const missing = fixture.as(fixture.ada, () => History.restore({ revision, to: revision + 1 }));
    await expect(missing).rejects.toMatchObject({ code: "input.invalid", fields: [{ path: "to" }] });
    expect(await resultOf(fixture.as(fixture.ada, () => History.restore({ revision: revision - 1, to: 0 })))).toBe(
      "setting.changed",
    );
  });
});

describe("models and the catalog", () => {
  const [vanished, text, audio] = ["openai/gpt-4o", "openai/gpt-4.1", "openai/whisper-1"];
  const vanish = async () => {
    const models = presetCatalog.models.filter(({ id }) => id !== vanished);
    await asSystem("operator", () => Catalog.setCatalog({ catalog: { ...presetCatalog, models } }));
  };
  const problems = async (run: Promise<unknown>) =>
    run.then(
      () => "done",
      ({ fields }) => (fields as { path: string; message: string }[]).map(({ path, message }) => `${path}: ${message}`),
    );
  const set = (fields: Input["fields"], revision = 0) => change(revision, { fields });

  test.each([
    [
      "a model",
      { "models.allowed": { value: ["openai/none", text] } },
      "models.allowed: Not in the catalog: openai/none.",
    ],
    ["an added model", { "models.allowed": { add: ["a/b"] } }, "models.allowed: Not in the catalog: a/b."],
    ["a provider", { "models.providers": { value: ["acme"] } }, "models.providers: Not in the catalog: acme."],
    [
      "a default",
      { "models.summaries": { value: "openai/none" } },
      "models.summaries: Not in the catalog: openai/none.",
    ],
    [
      "many models",
      { "models.allowed": { value: [1, 2, 3, 4, 5, 6, 7].map((i) => `a/${i}`) } },
      "models.allowed: Not in the catalog: a/1, a/2, a/3, a/4, a/5 and 2 more.",
    ],
    [
      "a default that reads audio only, for texts",
      { "models.summariesFallback": { value: audio } },
      "models.summariesFallback: This model reads no text. Choose another.",
    ],
    [
      "a default that reads no audio, for audio",
      { "models.transcription": { value: text } },
      "models.transcription: This model reads no audio. Choose another.",
    ],
  ])("%s that the catalog does not have is refused at its setting", async (_, fields, problem) => {
    expect(await problems(set(fields as Input["fields"]))).toEqual([`fields.${problem}`]);
    expect(await read()).toMatchObject({ revision: 0 });
  });

  test("what vanished from the catalog stays where it is saved, and nothing adds it", async () => {
    await set({ "models.allowed": { value: [vanished, text] }, "models.summaries": { value: vanished } });
    await vanish();
    await set({ "models.allowed": { add: [audio] }, "models.summaries": { isLocked: true } }, 1);
    await set({ "models.allowed": { value: [vanished] } }, 2);
    const fallback = { "models.memoryEvents": { value: vanished } };
    expect(await problems(set(fallback, 3))).toEqual([`fields.models.memoryEvents: Not in the catalog: ${vanished}.`]);
    await set({ "models.allowed": { value: [] } }, 3);
    expect(await problems(set({ "models.allowed": { add: [vanished] } }, 4))).toHaveLength(1);
  });

  test("an earlier revision comes back with what has vanished since", async () => {
    await set({ "models.allowed": { value: [vanished] }, "models.summaries": { value: vanished } });
    await set({ "models.allowed": null, "models.summaries": null }, 1);
    await vanish();
    const { fields } = await fixture.as(fixture.ada, () => History.restore({ revision: 2, to: 1 }));
    expect(fields).toMatchObject({ "models.allowed": { value: [vanished] }, "models.summaries": { value: vanished } });
  });

  test("teams, members and the operator name known models too", async () => {
    const { id: team } = await fixture.as(fixture.ada, () => Team.create({ name: "Design" }));
    const fields = { "models.summaries": { value: audio } };
    const refusal = ["fields.models.summaries: This model reads no text. Choose another."];
    expect(await problems(fixture.as(fixture.ada, () => TeamLayer.changeTeam({ team, revision: 0, fields })))).toEqual(
      refusal,
    );
    expect(await problems(fixture.as(fixture.ada, () => MemberLayer.choose({ fields })))).toEqual(refusal);
    const byOperator = asSystem("operator", () => OperatorLayer.setDefault({ key: "models.summaries", value: audio }));
    expect(await problems(byOperator)).toEqual(["value: This model reads no text. Choose another."]);
  });
});

describe("a default model", () => {
  const restricted = {
    "models.isRestricted": { value: true },
    "models.providers": { value: ["openai"] },
    "models.allowed": { value: ["openai/gpt-4.1", "google/gemini-2.5-pro"] },
  };
  const refusedAt = async (run: Promise<unknown>) =>
    run.then(
      () => "done",
      ({ fields }) => (fields as { path: string }[]).map(({ path }) => path),
    );

  test("is one of the allowed models of an allowed provider, or none", async () => {
    await change(0, { fields: restricted });
    for (const model of ["openai/gpt-4o", "google/gemini-2.5-pro"]) {
      expect(await refusedAt(change(1, { fields: { "models.summaries": { value: model } } }))).toEqual([
        "fields.models.summaries",
      ]);
    }
    await change(1, { fields: { "models.summaries": { value: "openai/gpt-4.1" } } });
    expect(await refusedAt(change(2, { fields: { "models.allowed": { remove: ["openai/gpt-4.1"] } } }))).toEqual([
      "fields.models.summaries",
    ]);
    await change(2, { fields: { "models.summaries": { value: "none" }, "models.allowed": { value: [] } } });
  });

  test("may be left to the layers above in the change that no longer allows it", async () => {
    await change(0, { fields: { ...restricted, "models.summaries": { value: "openai/gpt-4.1" } } });
    const left = { "models.summaries": null, "models.allowed": { remove: ["openai/gpt-4.1"] } };
    expect(await refusedAt(change(1, { fields: left }))).toBe("done");
    expect((await read()).fields).not.toHaveProperty(["models.summaries"]);
  });

  test("of a team or a member is one too", async () => {
    const bob = await fixture.join("bob@example.com", "write");
    const { id: team } = await fixture.as(fixture.ada, () => Team.create({ name: "Design" }));
    await change(0, { fields: restricted, openToTeams: ["models.summaries"] });
    const fields = { "models.summaries": { value: "openai/gpt-4o" } };
    const byTeam = () => fixture.as(fixture.ada, () => TeamLayer.changeTeam({ team, revision: 1, fields }));
    expect(await refusedAt(byTeam())).toEqual(["fields.models.summaries"]);
    const byBob = () => fixture.as(bob, () => MemberLayer.choose({ fields }));
    expect(await refusedAt(byBob())).toEqual(["fields.models.summaries"]);
    await change(1, { fields: { "models.isRestricted": null } });
    expect([await resultOf(byTeam()), await resultOf(byBob())]).toEqual(["done", "done"]);
  });
});
