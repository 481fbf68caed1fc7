import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { depth } from "@muster/local/testing/random.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import { type FieldKey, fieldKeys } from "@muster/settings/fields.ts";
import * as fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { ID } from "../base/id.ts";
import { asSystem } from "../kernel/context.ts";
import { remove, update } from "../table/table.ts";
import * as Cleanup from "../team/cleanup.ts";
import { teamKeys } from "../team/keys.ts";
import * as Team from "../team/team.ts";
import * as Document from "./document.ts";
import * as History from "./history.ts";
import { settingKeys } from "./keys.ts";
import { maxTeamsAtOnce } from "./limits.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as Setting from "./setting.ts";
import * as TeamLayer from "./team-layer.ts";

type Id = ID<"team">;
type General = Omit<Parameters<typeof Setting.saveGeneral>[0], "revision">;
type Fields = Parameters<typeof TeamLayer.changeTeam>[0]["fields"];

let fixture: OrganizationFixture;
beforeEach(async () => {
  fixture = await openOrganization();
});

const owned = <T>(run: () => Promise<T>) => fixture.as(fixture.ada, run);
const revision = async () => (await fixture.organizationRow()).revision;
const team = async (name: string) => (await owned(() => Team.create({ name }))).id;
const saveGeneral = (changes: General) =>
  owned(async () => Setting.saveGeneral({ revision: await revision(), ...changes }));
const saveTeam = (id: Id, fields: Fields) =>
  owned(async () => TeamLayer.changeTeam({ team: id, revision: await revision(), fields }));
const saveOwn = (fields: Fields, openToTeams?: FieldKey[]) =>
  owned(async () =>
    OrganizationLayer.change({ revision: await revision(), fields, ...(openToTeams && { openToTeams }) }),
  );
const restore = (to: number, seen?: number) =>
  owned(async () => History.restore({ revision: seen ?? (await revision()), to }));
const exported = () => owned(() => Document.exportDocument({}));
const importing = (document: string, isCheck = false) =>
  owned(async () => Document.importDocument({ document, revision: await revision(), isCheck }));

/** All that is set, without who set it and when. */
async function state(teams: readonly Id[]) {
  const { contact, address, singleSignOn, updates } = await owned(() => Setting.getGeneral({}));
  const own = await owned(() => OrganizationLayer.get({}));
  const overrides = await Promise.all(teams.map((id) => owned(() => TeamLayer.getTeam({ team: id }))));
  const plain = (fields: OrganizationLayer.Info["fields"]) =>
    fieldKeys.flatMap((key) => (fields[key] ? [[key, fields[key].value, fields[key].isLocked]] : []));
  return {
    general: { contact, address, singleSignOn, updates },
    own: plain(own.fields),
    openToTeams: own.openToTeams,
    teams: overrides.map(({ fields }) => plain(fields)),
  };
}

const telemetry = (value: boolean): Fields => ({ "features.telemetry": { value } });
const directoryId = "2b1c7e0a-94f3-4d1e-8a55-6f0c3d9b7e21";

describe("an earlier revision", () => {
  test("brings back General and what teams override with the rest, as one revision, but not the name", async () => {
    const design = await team("Design");
    await saveGeneral({ name: "Acme Two", contact: { phone: "12345" }, address: { city: "Bern", country: "CH" } });
    await saveOwn(telemetry(true), ["features.telemetry"]);
    await saveTeam(design, { "features.telemetry": { value: false, isLocked: true } });
    const before = await state([design]);
    await saveGeneral({ name: "Acme Three", contact: { phone: null, name: "Grace" }, address: { city: "Basel" } });
    await saveOwn({ "features.telemetry": null }, []);
    await saveTeam(design, { "features.telemetry": null, "sources.audioCapture": { value: true } });

    expect(await restore(3)).toMatchObject({ revision: 7 });
    expect(await state([design])).toEqual(before);
    expect(await fixture.organizationRow()).toMatchObject({
      name: "Acme Three",
      sections: { general: 7, features: 7, teams: 7 },
    });
    const [newest] = (await owned(() => History.history({}))).items;
    expect(newest?.changes.map(({ team: of, field }) => `${of === design ? "Design " : ""}${field}`).sort()).toEqual([
      "Design features.telemetry",
      "Design sources.audioCapture",
      "address.city",
      "contact.name",
      "contact.phone",
      "features.openToTeams",
      "features.telemetry",
    ]);
    expect(await restore(3)).toMatchObject({ revision: 7 });
  });

  test("says who can post updates on the organization too, as does a file, unless it is of before", async () => {
    const posting = async () => (await fixture.organizationRow()).posting;
    await saveGeneral({ updates: { posting: "off" } });
    const file = await exported();
    expect([await posting(), file.includes('updates: {"posting":"off"}')]).toEqual(["off", true]);
    await saveGeneral({ updates: { posting: "admins" } });
    await importing(
      file.replace('  updates: {"posting":"off"}\n', "").replace("contact: {}", 'contact: {"name":"Ada"}'),
    );
    expect(await posting()).toBe("admins");
    await importing(file);
    expect(await posting()).toBe("off");
    await restore(0);
    expect([await posting(), (await state([])).general.updates]).toEqual(["members", {}]);
    await importing(file);
    // saved by a release that does not know this field
    await fixture.world.table.write(
      update(settingKeys.section(fixture.organization, "general"), { set: { value: { contact: {}, address: {} } } }),
    );
    await saveGeneral({ contact: { phone: "12345" } });
    expect(await posting()).toBe("off");
  });

  test("leaves out teams that are deleted, and is refused if one is deleted at the same moment", async () => {
    const [design, research] = [await team("Design"), await team("Research")];
    await saveTeam(design, telemetry(true));
    await saveTeam(research, telemetry(true));
    await owned(() => Team.remove({ team: design }));
    await restore(0);
    const { items } = await owned(() => History.history({}));
    expect(items[0]?.changes.map((change) => change.team)).toEqual([research]);

    const { table } = fixture.world;
    fixture.world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          await table.write(remove(teamKeys.team(fixture.organization, research)));
          return table.write(...steps);
        },
      },
    });
    expect(await resultOf(restore(2))).toBe("team.missing");
  });

  test("of a team's settings is the last: they go with the team, and nothing is saved for it after", async () => {
    const design = await team("Design");
    await saveTeam(design, telemetry(true));
    const row = () => fixture.world.table.get(settingKeys.section(fixture.organization, design));
    const cleanUp = () =>
      asSystem("work", () => Cleanup.cleanUp({ job: "cleanUp", organization: fixture.organization, team: design }));
    await cleanUp();
    expect(await row()).toBeDefined();
    await owned(() => Team.remove({ team: design }));
    await cleanUp();
    expect(await row()).toBeUndefined();
    expect(await exported()).toContain("\nteams: {}\n");

    const research = await team("Research");
    const { table } = fixture.world;
    fixture.world.rebind({
      table: {
        ...table,
        write: async (...steps) => {
          await table.write(remove(teamKeys.team(fixture.organization, research)));
          return table.write(...steps);
        },
      },
    });
    expect(await resultOf(saveTeam(research, telemetry(true)))).toBe("team.missing");
  });

  test("of General that somebody has changed since is not restored over it", async () => {
    await saveGeneral({ contact: { phone: "12345" } });
    await saveGeneral({ contact: { phone: "67890" } });
    expect(await resultOf(restore(0, 1))).toBe("setting.changed");
  });

  test("with another single sign-on is restored only shortly after a sign-in", async () => {
    await saveGeneral({ singleSignOn: { directoryId } });
    await saveGeneral({ contact: { phone: "12345" } });
    fixture.world.clock.pass(660);
    expect(await restore(1)).toMatchObject({ revision: 3 });
    expect(await resultOf(restore(0))).toBe("actor.reauthentication_required");
    expect(await resultOf(importing("general: {}\n"))).toBe("actor.reauthentication_required");
    expect(await importing("general: {}\n", true)).toMatchObject({ isSaved: false });
  });

  test("of more teams than one transaction holds is refused, and a few of them are restored", async () => {
    const ids: Id[] = [];
    for (let i = 0; i <= maxTeamsAtOnce; i++) {
      const id = await team(`Team ${i}`);
      ids.push(id);
      await saveTeam(id, telemetry(true));
    }
    expect(await resultOf(restore(0))).toBe("setting.too_many_teams");
    expect(await restore(1)).toMatchObject({ revision: maxTeamsAtOnce + 2 });
    expect((await state(ids)).teams.filter((fields) => fields.length > 0)).toHaveLength(1);
  });
});

describe("the settings file", () => {
  test("has General and teams by their names, and brings them to another organization", async () => {
    const design = await team('Design "1": #constructor');
    await team("constructor");
    await saveGeneral({ contact: { phone: "12345" }, address: { postalCode: "01234" }, singleSignOn: { directoryId } });
    await saveTeam(design, {
      "features.telemetry": { value: true, isLocked: true },
      "websites.denied": { value: ["a.example"] },
    });
    const [document, before] = [await exported(), await state([design])];
    expect(document).toContain('\n  contact: {"phone":"12345"}\n');
    expect(await importing(document)).toEqual({ changes: [], isSaved: false, revision: 2 });

    fixture = await openOrganization();
    expect(await importing(document).catch(({ fields }) => fields)).toEqual([
      {
        path: 'document.teams.Design "1": #constructor',
        message: "There is no team of this name. Create it, or remove it here.",
      },
    ]);
    const other = await team('DESIGN "1": #Constructor');
    await team("constructor");
    expect(await importing(document)).toMatchObject({ isSaved: true, revision: 1 });
    expect(await state([other])).toEqual(before);
    expect(await importing(document.replace(/^teams:[^]*/m, "teams: { constructor: { features: {} } }"))).toMatchObject(
      {
        isSaved: false,
      },
    );
  });

  test("leaves a team alone that it does not name, and clears what a team or General leaves out", async () => {
    const [design, research] = [await team("Design"), await team("Research")];
    await saveTeam(design, telemetry(true));
    await saveTeam(research, telemetry(true));
    await saveGeneral({ contact: { phone: "12345" } });
    const { changes } = await importing("general: {}\nteams: { design: {} }\n");
    expect(changes.map(({ field, team: of }) => [field, of])).toEqual([
      ["contact.phone", undefined],
      ["features.telemetry", design],
    ]);
    expect(await state([design, research])).toMatchObject({
      general: { contact: {} },
      teams: [[], [["features.telemetry", true, false]]],
    });
  });

  test.each([
    ["general: { contact: { phone: 12345 } }", "document.general.contact.phone"],
    ["general: { name: Acme }", "document.general.name"],
    ["general: { singleSignOn: { issuer: 'https://acme.okta.com' } }", "singleSignOn.clientId"],
    ["teams: { Design: { next: {} } }", "document.teams.Design.next"],
    ["teams: { Design: { features: { next: 1 } } }", "document.teams.Design.features.next"],
    ["teams: { Design: { features: { telemetry: { value: 1 } } } }", "document.teams.Design.features.telemetry.value"],
    ["teams: { Design: {}, design: {} }", "document.teams.design"],
    ["teams: [Design]", "document.teams"],
  ])("%s is refused with its place", async (document, path) => {
    await team("Design");
    const fields = await importing(`${document}\n`).catch((error) => error.fields);
    expect(fields).toMatchObject([{ path }]);
    expect(await revision()).toBe(0);
  });
});

describe("any history", () => {
  const texts = fc.constantFrom(null, "12345", "+49 30 1111", "67890");
  const cities = fc.constantFrom(null, "Bern", "Basel", "Köln: # 'x'");
  const fields = fc.record(
    {
      "features.telemetry": fc.constantFrom(null, { value: true }, { value: false, isLocked: true }),
      "features.processingMode": fc.constantFrom(null, { value: "LOCAL" }, { value: "BLENDED" }),
      "websites.denied": fc.constantFrom(null, { value: ["a.example"] }, { value: [] }, { value: ["b.example"] }),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Fields>;
  const opened = fc.subarray<FieldKey>(["features.telemetry", "websites.denied"]);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("general" as const), phone: texts, city: cities }),
    fc.record({ kind: fc.constant("own" as const), fields, opened }),
    fc.record({ kind: fc.constant("team" as const), index: fc.nat(1), fields }),
  );

  /** With the teams that override nothing: a team that is not in a file stays as it is. */
  const namingAll = (file: string) => {
    const missing = ["Design", "Research"].filter((name) => !file.includes(`\n  "${name}":\n`));
    return file.replace(/^teams: \{\}$/m, "teams:") + missing.map((name) => `  ${name}: {}\n`).join("");
  };

  test("is restored exactly at each revision, and its files change nothing there", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        fixture = await openOrganization();
        const teams = [await team("Design"), await team("Research")];
        const states = [await state(teams)];
        const files = [await exported()];
        for (const one of steps) {
          const before = await revision();
          if (one.kind === "general") await saveGeneral({ contact: { phone: one.phone }, address: { city: one.city } });
          else if (one.kind === "own") await saveOwn(one.fields, one.opened);
          else await saveTeam(teams[one.index] as Id, one.fields);
          if ((await revision()) === before) continue;
          states.push(await state(teams));
          files.push(await exported());
        }
        for (const [to, then] of states.entries()) {
          await restore(to);
          expect(await state(teams)).toEqual(then);
          expect(await importing(await exported())).toMatchObject({ changes: [], isSaved: false });
        }
        for (const [at, then] of states.entries()) {
          await importing(namingAll(String(files[at])));
          expect(await state(teams)).toEqual(then);
        }
      }),
      { numRuns: depth(2, 100) },
    );
  });
});
