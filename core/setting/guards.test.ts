import { asSystem } from "@muster/core/kernel/context.ts";
import {
  runScenario,
  type Scenario,
  type ScenarioContext,
  testGuards,
} from "@muster/local/testing/invariants/scenario.ts";
import { resultOf } from "@muster/local/testing/result.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { describe, expect, test } from "vitest";
import { organizationKeys } from "../organization/keys.ts";
import * as Operator from "../organization/operator.ts";
import * as Organization from "../organization/organization.ts";
import { update } from "../table/table.ts";
import { settingKeys } from "./keys.ts";
import * as Setting from "./setting.ts";

const bobs = "bob@example.com";

const save = ({ fixture }: ScenarioContext, by: Person, phone: string, revision = 0) =>
  resultOf(fixture.as(by, () => Setting.saveGeneral({ revision, contact: { phone } })));
const rename = ({ fixture }: ScenarioContext, by: Person, name: string) =>
  resultOf(fixture.as(by, () => Organization.rename({ name, revision: 0 })));

/** Checks that the settings and their history agree. */
async function invariants({ fixture }: ScenarioContext): Promise<string[]> {
  const organizationRow = await fixture.organizationRow();
  const { items } = await fixture.world.table.query(settingKeys.revisions(fixture.organization));
  const patches = items.map(({ patch }) => patch as Record<string, { to?: string }>);
  const { name, contact } = await fixture.as(fixture.ada, () => Setting.getGeneral({}));
  const last = (field: string, first?: string) => patches.reduce((value, patch) => patch[field]?.to ?? value, first);
  return [
    ...(items.length === organizationRow.revision ? [] : ["a revision is missing from the history"]),
    ...(last("contact.phone") === contact.phone ? [] : ["a phone number was lost"]),
    ...(last("name", "Acme") === name ? [] : ["a name was lost"]),
  ];
}

/** The first write is overtaken by the second, and must fail. */
const overtaken =
  (
    slow: (context: ScenarioContext, bob: Person) => Promise<string>,
    fast: (context: ScenarioContext, bob: Person) => Promise<string>,
  ): Scenario =>
  async (context) => {
    const bob = await context.fixture.join(bobs, "admin");
    const answers = await context.overtake(
      () => slow(context, bob),
      () => fast(context, bob),
    );
    return [...(answers.join() === "setting.changed,done" ? [] : [answers.join()]), ...(await invariants(context))];
  };

const races: Record<string, Scenario> = {
  "organization.renamed: organization": overtaken(
    (context) => rename(context, context.fixture.ada, "Acme Two"),
    (context, bob) => save(context, bob, "12345"),
  ),
  "setting.saved: organization": overtaken(
    (context) => save(context, context.fixture.ada, "12345"),
    (context, bob) => save(context, bob, "67890"),
  ),
};

describe("each guard of settings has its race", () => {
  testGuards(races, (guard) => guard.startsWith("setting.") || guard.startsWith("organization.renamed"));
});

const closings: Record<string, (context: ScenarioContext) => Promise<unknown>> = {
  suspended: ({ fixture }) => asSystem("operator", () => Operator.suspend({ organization: fixture.organization })),
  deleted: ({ fixture }) =>
    fixture.world.table.write(
      update(organizationKeys.organization(fixture.organization), { set: { state: "deleted" } }),
    ),
};

test.each(Object.entries(closings))("an organization that becomes %s in between is not changed", async (_, close) => {
  const { wrong } = await runScenario(async (context) => {
    const answers = [];
    for (const action of [save, rename]) {
      const before = await context.fixture.organizationRow();
      await context.fixture.world.table.write(
        update(organizationKeys.organization(context.fixture.organization), { set: { state: "active" } }),
      );
      const [answer] = await context.overtake(
        () => action(context, context.fixture.ada, "12345"),
        () => close(context),
      );
      answers.push(answer, (await context.fixture.organizationRow()).revision === before.revision);
    }
    expect(answers).toEqual(["setting.changed", true, "setting.changed", true]);
    return [];
  });
  expect(wrong).toEqual([]);
});

test("a save that another section overtakes is saved after it", async () => {
  const { wrong } = await runScenario(async (context) => {
    const { fixture } = context;
    const organizationRow = organizationKeys.organization(fixture.organization);
    const answers = await context.overtake(
      () => save(context, fixture.ada, "12345"),
      () =>
        fixture.world.table.write(
          update(organizationRow, { set: { sections: { features: 1 } }, add: { revision: 1 } }),
        ),
    );
    expect(answers).toEqual(["done", undefined]);
    expect(await fixture.organizationRow()).toMatchObject({ revision: 2, sections: { features: 1, general: 2 } });
    return [];
  });
  expect(wrong).toEqual([]);
});
