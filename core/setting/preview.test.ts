import { linkDevice } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { raw } from "@muster/local/testing/fixtures/raw.ts";
import { depth, seed, seededRandom } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type Follower, openFollower } from "@muster/local/testing/worlds/follower.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { type FieldKey, fieldKeys, fields } from "@muster/settings/fields.ts";
import { isSame } from "@muster/settings/resolve.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { follow } from "../audit/audit.ts";
import type { ID } from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import * as Member from "../member/member.ts";
import { edit } from "../secret/edit.ts";
import * as Secret from "../secret/secret.ts";
import { keyOf, update } from "../table/table.ts";
import * as Members from "../team/members.ts";
import * as Team from "../team/team.ts";
import * as Document from "./document.ts";
import * as Effective from "./effective.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import * as MemberLayer from "./member-layer.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as Preview from "./preview.ts";
import { recount } from "./recount.ts";
import * as TeamLayer from "./team-layer.ts";

let fixture: OrganizationFixture;
let follower: Follower;
let people: Person[];
let design: ID<"team">;
beforeEach(async () => {
  fixture = await openOrganization();
  follower = await openFollower(fixture);
  people = [fixture.ada];
  for (const name of ["bob", "carol", "dora"]) people.push(await fixture.join(`${name}@example.com`));
  design = await asAda(() => Team.create({ name: "Design" }).then(({ id }) => id));
  await asAda(() => Members.addMembers({ team: design, accounts: [people[1]?.account ?? fixture.ada.account] }));
  await follower.view();
});

const asAda = <R>(run: () => Promise<R>) => fixture.as(fixture.ada, run);
type Input = Parameters<typeof Preview.preview>[0] | Parameters<typeof Preview.previewTeam>[0];
const preview = (input: Input) => asAda(() => ("team" in input ? Preview.previewTeam(input) : Preview.preview(input)));
const seen = async () => (await fixture.organizationRow()).revision;
const change = async (input: object) =>
  asAda(async () => OrganizationLayer.change({ revision: await seen(), ...input }));
const telemetry = (value: boolean, isLocked = false) => ({ "features.telemetry": { value, isLocked } });

describe("a preview", () => {
  test("says for how many members and devices a setting changes, and saves nothing", async () => {
    for (const [person, devices] of [
      [people[1], 2],
      [people[2], 3],
      [people[3], 1],
    ] as const) {
      const { account } = person as Person;
      for (let n = 0; n < devices; n++) {
        await linkDevice(fixture.world, { account, organization: fixture.organization });
      }
    }
    await fixture.as(people[2] as Person, () => MemberLayer.choose({ fields: telemetry(false) }));
    await follower.view();
    expect(await preview({ fields: telemetry(true) })).toEqual({
      changed: 3,
      changedDevices: 3,
      members: 4,
      isExact: true,
      fields: [{ field: "features.telemetry", members: 3 }],
      withoutModel: { before: 0, after: 0 },
      overrides: [],
      secrets: [],
      damaged: [],
    });
    expect(await preview({ fields: telemetry(true, true) })).toMatchObject({ changed: 4, changedDevices: 6 });
    expect(await preview({ fields: telemetry(false) })).toMatchObject({ changed: 0, fields: [] });
    expect(await seen()).toBe(0);
  });

  test("of a team counts its members, and names overrides without effect", async () => {
    expect(await preview({ team: design, fields: telemetry(true) })).toMatchObject({
      changed: 0,
      overrides: [{ team: design, name: "Design", field: "features.telemetry", state: "closed" }],
    });
    await change({ openToTeams: ["features.telemetry"] });
    expect(await preview({ team: design, fields: telemetry(true) })).toMatchObject({ changed: 1, overrides: [] });
    await asAda(async () => TeamLayer.changeTeam({ team: design, revision: await seen(), fields: telemetry(true) }));
    expect(await preview({ openToTeams: [] })).toMatchObject({
      changed: 1,
      fields: [{ field: "features.telemetry", members: 1 }],
      overrides: [{ team: design, field: "features.telemetry", state: "closed" }],
    });
  });

  test("names members without a model, and API keys without a user", async () => {
    const key = `sk-proj-${"a".repeat(48)}`;
    const { id } = await asAda(() => Secret.create({ name: "Main", credentials: { kind: "openai", key } }));
    await asAda(() =>
      Secret.create({ name: "Idle", credentials: { kind: "openai", key } }).then(({ id: secret }) =>
        edit({ secret, status: "disabled" }),
      ),
    );
    const fields = { "models.isRestricted": { value: true }, "models.providers": { value: ["openai"] } };
    expect(await preview({ fields })).toMatchObject({
      withoutModel: { before: 0, after: 4 },
      secrets: [{ id, name: "Main" }],
    });
    const allowed = { "models.allowed": { value: ["openai/gpt-4.1"] } };
    expect(await preview({ fields: { ...fields, ...allowed } })).toMatchObject({
      withoutModel: { before: 0, after: 0 },
      secrets: [],
    });
  });

  test("names settings that cannot be read, and not those that the change repairs", async () => {
    await change({ fields: telemetry(true) });
    const section = raw(settingKeys.section(fixture.organization, "features"));
    const entries = { "features.telemetry": { value: "perhaps" }, "features.processing": 7 };
    await fixture.world.table.write(update(section, { set: { value: { entries, openToTeams: [] } } }));
    const damaged = ["features.telemetry", "features.processing"];
    expect(await preview({ fields: { "sources.isManaged": { value: true } } })).toMatchObject({ damaged });
    expect(await preview({ fields: telemetry(true) })).toMatchObject({ damaged: ["features.processing"], changed: 4 });
  });

  test("says that its numbers are too small while members are not counted", async () => {
    await fixture.join("eve@example.com");
    expect(await preview({ fields: telemetry(true) })).toMatchObject({ changed: 4, members: 5, isExact: false });
    await follower.view();
    expect(await preview({ fields: telemetry(true) })).toMatchObject({ changed: 5, members: 5, isExact: true });
  });

  test("is exact once the operator has counted members who joined before there were cohorts", async () => {
    const { table } = fixture.world;
    const { items } = await table.query({ pk: settingKeys.cohorts(fixture.organization).pk, consistent: true });
    await table.project(items.map((row) => ({ remove: keyOf(row) })));
    expect(await preview({ fields: telemetry(true) })).toMatchObject({ changed: 0, members: 4, isExact: false });
    for (let run = 0; run < 2; run++) {
      expect(await asSystem("operator", () => recount({ organization: fixture.organization }))).toMatchObject({
        members: 4,
      });
      expect(await preview({ fields: telemetry(true) })).toMatchObject({ changed: 4, members: 4, isExact: true });
    }
  });

  test("reads a part of very many cohorts, and says so", async () => {
    const { table } = fixture.world;
    let pages = 0;
    const query = async (input: Parameters<typeof table.query>[0]) => {
      const page = await table.query(input);
      if (!("pk" in input) || input.pk !== settingKeys.cohorts(fixture.organization).pk) return page;
      pages++;
      return { ...page, next: { pk: "more", sk: "more" } };
    };
    const endless = async (input: Parameters<typeof table.query>[0]) => query({ ...input, start: undefined });
    fixture.world.rebind({ table: { ...table, query: endless as typeof table.query } });
    expect(await preview({ fields: telemetry(true) })).toMatchObject({ members: 4, isExact: false });
    expect(pages).toBe(12);
  });

  test("is refused where the change would be", async () => {
    const refused = async (input: Input) => resultOf(preview(input));
    const restricted = { "models.isRestricted": { value: true }, "models.summaries": { value: "openai/gpt-4.1" } };
    expect(await refused({ fields: restricted })).toBe("input.invalid");
    expect(await refused({ team: design, fields: restricted })).toBe("done");
    await change({ openToTeams: Object.keys(restricted) });
    expect(await refused({ team: design, fields: restricted })).toBe("input.invalid");
    expect(await refused({ document: "features: [" })).toBe("input.invalid");
    expect(await refused({ document: "", to: 0 })).toBe("input.invalid");
    expect(await refused({ fields: {}, to: 0 })).toBe("input.invalid");
    await asAda(() => Team.remove({ team: design }));
    expect(await refused({ team: design, fields: {} })).toBe("team.missing");
  });
});

test("what is previewed is what the settings of all members then are", async () => {
  fixture.world.rebind({ limitFactor: 1_000 });
  const random = seededRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const keys: FieldKey[] = [
    "features.telemetry",
    "features.processingMode",
    "models.isRestricted",
    "models.summaries",
    "sources.blocked",
    "websites.denied",
  ];
  const long = Array.from({ length: 1_500 }, (_, i) => `website-${i}.example.com`);
  const options: Partial<Record<FieldKey, unknown[]>> = {
    "models.summaries": ["none", "openai/gpt-4.1"],
    "sources.blocked": [[], ["slack"], ["slack", "zoom"]],
    "websites.denied": [[], ["example.com"], long],
    "features.processingMode": ["LOCAL", "BLENDED"],
  };
  type Said = { value: unknown; isLocked: boolean } | null;
  const said = (key: FieldKey): Said =>
    random() < 0.3 ? null : { value: pick(options[key] ?? [true, false]), isLocked: random() < 0.3 };
  const some = (of: readonly FieldKey[]) =>
    Object.fromEntries(of.filter(() => random() < 0.4).map((key) => [key, said(key)]));
  const brief = (changes: Record<string, Said>) =>
    Object.fromEntries(Object.entries(changes).filter(([, said]) => said?.value !== long));

  const values = async () =>
    Promise.all(
      people.map(async ({ account }) => {
        const { fields: all } = await asAda(() => Effective.effective({ account }));
        return all;
      }),
    );
  const design2 = (await asAda(() => Team.create({ name: "Sales" }))).id;
  const teams = [design, design2];

  const changes: (() => Promise<{ input: Input; save: () => Promise<unknown> }>)[] = [
    async () => {
      const input = { fields: some(keys), ...(random() < 0.5 && { openToTeams: keys.filter(() => random() < 0.5) }) };
      return { input, save: async () => OrganizationLayer.change({ revision: await seen(), ...input }) };
    },
    async () => {
      const input = { team: pick(teams), fields: brief(some(keys)) };
      return { input, save: async () => TeamLayer.changeTeam({ revision: await seen(), ...input }) };
    },
    async () => {
      const to = Math.floor(random() * ((await seen()) + 1));
      return { input: { to }, save: async () => History.restore({ revision: await seen(), to }) };
    },
    async () => {
      const document = (await asAda(() => Document.exportDocument({}))).replace(/value: (true|false)/, () =>
        random() < 0.5 ? "value: true" : "value: false",
      );
      return { input: { document }, save: async () => Document.importDocument({ revision: await seen(), document }) };
    },
  ];
  /** Does what happens between two changes: changes who is in which team, and what they choose. */
  async function move() {
    const personal = keys.filter((key) => fields[key].isPersonal);
    const input = { team: pick(teams), accounts: [pick(people).account] };
    await asAda<unknown>(() => (random() < 0.6 ? Members.addMembers(input) : Members.removeMembers(input)));
    await resultOf(fixture.as(pick(people), () => MemberLayer.choose({ fields: brief(some(personal)) })));
    await follower.view();
    await asSystem("follow", () => follow({ owner: fixture.organization }));
  }

  let saved = 0;
  const refusals: unknown[][] = [];
  for (let step = 0; step < depth(12, 1_000); step++) {
    await move();
    const { input, save } = await pick(changes)();
    const expected = await preview(input).catch((error: { code?: string }) => error.code);
    const before = await values();
    const result = await resultOf(asAda(save));
    if (result !== "done" || typeof expected === "string" || expected === undefined) {
      refusals.push([expected, result]);
      continue;
    }
    saved++;
    const after = await values();
    const differing = before.map((all, i) =>
      fieldKeys.filter((key) => !isSame(all[key]?.value, after[i]?.[key]?.value)),
    );
    const counts = fieldKeys.map((field) => ({ field, members: differing.filter((of) => of.includes(field)).length }));
    const { changed, fields: counted, members, isExact } = expected;
    expect({ changed, counted, members, isExact }, `seed ${seed}, step ${step}`).toEqual({
      changed: differing.filter((of) => of.length > 0).length,
      counted: counts.filter((one) => one.members > 0),
      members: people.length,
      isExact: true,
    });
  }
  expect(refusals.filter(([expected, result]) => expected !== result)).toEqual([]);
  expect(saved).toBeGreaterThan(10);
});

test("somebody who left is counted no longer", async () => {
  await asAda(() => Member.remove({ account: people[1]?.account ?? fixture.ada.account }));
  await follower.view();
  expect(await preview({ fields: telemetry(true) })).toMatchObject({ changed: 3, members: 3, isExact: true });
});
