import { expect, test } from "vitest";
import { watched, without } from "../faults/guards.ts";
import { type Interleaving, openInterleaving } from "../faults/interleaving.ts";
import { atFileEnd } from "../file-end.ts";
import { type Actions, actionsOn } from "../fixtures/actions.ts";
import { type OrganizationFixture, openOrganization } from "../fixtures/organization.ts";
import { rememberWorld } from "../worlds/remember.ts";
import { type Invariants, openInvariants } from "./organization.ts";

export type ScenarioContext = {
  fixture: OrganizationFixture;
  actions: Actions;
  invariants: Invariants;
  overtake: Interleaving["overtake"];
};
/** A race, which returns what is wrong afterwards. */
export type Scenario = (context: ScenarioContext) => Promise<string[]>;

let opened: Promise<{ fixture: OrganizationFixture; restore: () => Promise<void> }> | undefined;

/** Opens the organization that all races of a test file begin with. */
async function begin(): Promise<OrganizationFixture> {
  opened ??= openOnce();
  const { fixture, restore } = await opened;
  await restore();
  return fixture;
}

async function openOnce() {
  atFileEnd(async () => {
    opened = undefined;
  });
  const fixture = await openOrganization({ seats: 6 });
  return { fixture, restore: await rememberWorld(fixture.world) };
}

/** Runs a race over the table, perhaps without one guard, and returns which guards it met. */
export async function runScenario(race: Scenario, guard?: string): Promise<{ wrong: string[]; met: Set<string> }> {
  const fixture = await begin();
  const { table, seen } = watched(fixture.world.table);
  const interleaving = openInterleaving(table);
  fixture.world.rebind({ table: guard === undefined ? interleaving.table : without(guard)(interleaving.table) });
  const wrong = await race({
    fixture,
    actions: actionsOn(fixture),
    invariants: await openInvariants(fixture),
    overtake: interleaving.overtake,
  });
  return { wrong, met: seen };
}

/**
 * Tests for each guard that its race does no harm, and would without it; and that the races meet no other guard of the
 * given kind.
 */
export function testGuards(races: Record<string, Scenario>, isMeant: (guard: string) => boolean): void {
  const all = new Set<string>();

  test.each(Object.entries(races))("%s", async (guard, race) => {
    const { wrong, met } = await runScenario(race);
    expect(wrong).toEqual([]);
    expect([...met]).toContain(guard);
    for (const name of met) all.add(name);
    expect((await runScenario(race, guard)).wrong).not.toEqual([]);
  });

  test("and no other guard is met", () => {
    expect([...all].filter(isMeant).sort()).toEqual(Object.keys(races).sort());
  });
}
