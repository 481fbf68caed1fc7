import { asSystem } from "@muster/core/kernel/context.ts";
import { type Play, play, type Scene, testGuards } from "@muster/local/testing/scenes.ts";
import { told } from "@muster/local/testing/told.ts";
import type { Person } from "@muster/local/testing/world.ts";
import { describe, expect, test } from "vitest";
import * as Operator from "../organization/operator.ts";
import * as Organization from "../organization/organization.ts";
import { Keys } from "../table/keys.ts";
import { update } from "../table/table.ts";
import * as Setting from "./setting.ts";

const bobs = "bob@example.com";

const save = ({ stage }: Scene, by: Person, phone: string, revision = 0) =>
  told(stage.as(by, () => Setting.saveGeneral({ revision, contact: { phone } })));
const rename = ({ stage }: Scene, by: Person, name: string) =>
  told(stage.as(by, () => Organization.rename({ name, revision: 0 })));

/** What the settings and their history tell of each other. */
async function books({ stage }: Scene): Promise<string[]> {
  const home = await stage.home();
  const { items } = await stage.world.table.query({ pk: `${stage.organization}#set`, prefix: "rev#" });
  const patches = items.map(({ patch }) => patch as Record<string, { to?: string }>);
  const { name, contact } = await stage.as(stage.ada, () => Setting.getGeneral({}));
  const last = (field: string, first?: string) => patches.reduce((value, patch) => patch[field]?.to ?? value, first);
  return [
    ...(items.length === home.revision ? [] : ["a revision is missing from the history"]),
    ...(last("contact.phone") === contact.phone ? [] : ["a phone number was lost"]),
    ...(last("name", "Acme") === name ? [] : ["a name was lost"]),
  ];
}

/** The first is over before the second writes: it must be told so. */
const overtaken =
  (slow: (scene: Scene, bob: Person) => Promise<string>, fast: (scene: Scene, bob: Person) => Promise<string>): Play =>
  async (scene) => {
    const bob = await scene.stage.join(bobs, "admin");
    const answers = await scene.overtake(
      () => slow(scene, bob),
      () => fast(scene, bob),
    );
    return [...(answers.join() === "setting.changed,done" ? [] : [answers.join()]), ...(await books(scene))];
  };

const races: Record<string, Play> = {
  "organization.renamed: organization": overtaken(
    (scene) => rename(scene, scene.stage.ada, "Acme Two"),
    (scene, bob) => save(scene, bob, "12345"),
  ),
  "setting.saved: organization": overtaken(
    (scene) => save(scene, scene.stage.ada, "12345"),
    (scene, bob) => save(scene, bob, "67890"),
  ),
};

describe("each guard of settings has its race", () => {
  testGuards(races, (guard) => guard.startsWith("setting.") || guard.startsWith("organization.renamed"));
});

const closings: Record<string, (scene: Scene) => Promise<unknown>> = {
  suspended: ({ stage }) => asSystem("operator", () => Operator.suspend({ organization: stage.organization })),
  deleted: ({ stage }) =>
    stage.world.table.write(update(Keys.organization(stage.organization), { set: { state: "deleted" } })),
};

test.each(Object.entries(closings))("an organization that is %s meanwhile is not changed", async (_, close) => {
  const { wrong } = await play(async (scene) => {
    const answers = [];
    for (const deed of [save, rename]) {
      const before = await scene.stage.home();
      await scene.stage.world.table.write(
        update(Keys.organization(scene.stage.organization), { set: { state: "active" } }),
      );
      const [answer] = await scene.overtake(
        () => deed(scene, scene.stage.ada, "12345"),
        () => close(scene),
      );
      answers.push(answer, (await scene.stage.home()).revision === before.revision);
    }
    expect(answers).toEqual(["setting.changed", true, "setting.changed", true]);
    return [];
  });
  expect(wrong).toEqual([]);
});

test("a save that another section overtakes is saved after it", async () => {
  const { wrong } = await play(async (scene) => {
    const { stage } = scene;
    const home = Keys.organization(stage.organization);
    const answers = await scene.overtake(
      () => save(scene, stage.ada, "12345"),
      () => stage.world.table.write(update(home, { set: { sections: { features: 1 } }, add: { revision: 1 } })),
    );
    expect(answers).toEqual(["done", undefined]);
    expect(await stage.home()).toMatchObject({ revision: 2, sections: { features: 1, general: 2 } });
    return [];
  });
  expect(wrong).toEqual([]);
});
