import { deviceRow, numbered, putDevices } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { startRollout } from "@muster/local/testing/fixtures/rollouts.ts";
import { depth } from "@muster/local/testing/random.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { dayMs } from "../base/duration.ts";
import * as ID from "../base/id.ts";
import { deviceKeys } from "../device/keys.ts";
import { unreachableDays } from "../device/limits.ts";
import type { OrganizationDeviceRow } from "../device/row.ts";
import { asSystem } from "../kernel/context.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { keyOf, remove, type Table, typed, update } from "../table/table.ts";
import { check } from "./check.ts";
import { failures } from "./failures.ts";
import { expectedOf, waveOf } from "./wave.ts";

// The first wave of a rollout: which devices it has, whatever fleet there is and however the waves are cut.

type One = { daysSilent: number; isCanary: boolean; isWiped: boolean; isInTeam: boolean };
type Case = { fleet: One[]; percents: number[]; hasTeam: boolean; earlier: number };

const team = ID.derive("team", "pilots");
const fleets = fc.array(
  fc.record({
    daysSilent: fc.constantFrom(0, 0, 1, 2, 4, 30, 100),
    isCanary: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    isWiped: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    isInTeam: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
  }),
  { maxLength: 25 },
);
const cases: fc.Arbitrary<Case> = fc.record({
  fleet: fleets,
  percents: fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 })
    .map((all) => all.toSorted((one, other) => one - other)),
  hasTeam: fc.boolean(),
  // other revisions choose other devices
  earlier: fc.nat({ max: 50 }),
});

const wavesOf = ({ percents: [first, ...others], hasTeam }: Case) => [
  hasTeam ? { teams: [team] } : { percent: first },
  ...others.map((percent) => ({ percent })),
];

let place: OrganizationFixture;
let bob: Person;
beforeAll(async () => {
  place = await openOrganization();
  bob = await place.join("bob@example.com");
  const inTeam = update(memberKeys.member(place.organization, bob.account), { set: { teams: new Set([team]) } });
  await place.world.table.write(inTeam);
});

/** Starts a rollout in the organization with these devices alone, and lets it be checked. */
async function begun(one: Case, change: (table: Table) => Table = (table) => table) {
  const { world, organization } = place;
  const before = await world.table.query(deviceKeys.organizationDevices(organization));
  await world.table.write(
    update(organizationKeys.organization(organization), { set: { revision: one.earlier }, unset: ["rollout"] }),
    ...before.items.map((row) => remove(keyOf(row))),
  );
  const at = world.clock.at;
  const rows = one.fleet.map(({ daysSilent, isCanary, isWiped, isInTeam }, n): OrganizationDeviceRow => {
    const contactAt = new Date(at - daysSilent * dayMs).toISOString();
    const linkedAt = new Date(at - 200 * dayMs).toISOString();
    const account = (isInTeam ? bob : place.ada).account;
    const more = { ...(isCanary && { isCanary }), ...(isWiped && { wipedAt: contactAt }) };
    return deviceRow(organization, { sk: numbered(n), account, contactAt, linkedAt, ...more });
  });
  await putDevices(world, rows);
  const waveAt = new Date(at).toISOString();
  await startRollout(world, organization, { waves: wavesOf(one), waveAt, minHours: 1 });
  const { table } = world;
  world.rebind({ table: change(table) });
  for (let times = 0; times < 2; times++) {
    await asSystem("work", () => check({ job: "checkRollout", organization }));
    world.clock.pass(60);
  }
  world.rebind({ table });
  const { revision, rollout } = await place.organizationRow();
  return { rows, revision, rollout };
}

/** Returns what is wrong with the first wave. */
async function wrongIn(one: Case, change?: (table: Table) => Table): Promise<string[]> {
  const { rows, revision, rollout } = await begun(one, change);
  const isInContact = (_: unknown, n: number) => {
    const { daysSilent = 0, isWiped } = one.fleet[n] ?? {};
    return isWiped === false && daysSilent <= unreachableDays;
  };
  if (!rollout) return rows.some(isInContact) ? ["it did not wait"] : [];
  const { chosen = [], wave } = rollout;
  const isIn = (row: OrganizationDeviceRow) => {
    const member = row.account === bob.account ? { teams: new Set([team]) } : undefined;
    const isMeant = waveOf({ revision, waves: wavesOf(one), wave: 1 }, { sk: row.sk }, member) === 1;
    return { isMeant: isMeant || row.isCanary === true, ...expectedOf({ revision, rollout }, row, member) };
  };
  const all = rows.map((row, n) => ({ ...row, ...isIn(row), isInContact: isInContact(row, n) }));
  const first = all.filter(({ heldBack }) => heldBack === undefined);
  const needsOne = !all.some((row) => row.isMeant && row.isInContact);
  const tests: Record<string, boolean> = {
    "it went on": wave !== 1,
    "nobody is in contact in it": !first.some((row) => row.isInContact),
    "a canary waits": all.some((row) => row.isCanary === true && !first.includes(row)),
    "somebody waits who is meant": all.some((row) => row.isMeant && !first.includes(row)),
    "somebody is early": first.some((row) => !row.isMeant && !chosen.includes(row.sk)),
    "one was chosen in vain": chosen.length !== Number(needsOne),
    "somebody silent was chosen": all.some((row) => chosen.includes(row.sk) && !row.isInContact),
  };
  return Object.keys(tests).filter((name) => tests[name]);
}

test("the first wave has canaries, the devices that it names, and one in contact if there is one, and nobody else", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      expect(await wrongIn(one)).toEqual([]);
    }),
    { numRuns: depth(20, 2_000) },
  );
});

test("the same device is chosen whenever the same devices are there", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (one) => {
      const [first, second] = [await begun(one), await begun(one)];
      expect(second.rollout?.chosen).toEqual(first.rollout?.chosen);
    }),
    { numRuns: depth(10, 500) },
  );
});

/** The table, with the devices of organizations as they are not. */
const showing = (change: (row: OrganizationDeviceRow) => OrganizationDeviceRow) => (table: Table) =>
  typed({
    ...table,
    query: async (wanted: Parameters<Table["query"]>[0]) => {
      const page = await table.query(wanted);
      const items = page.items.map((row) => (ID.is("device", row.sk) ? change(row as OrganizationDeviceRow) : row));
      return { ...page, items };
    },
  });

test.each<[string, string, (table: Table) => Table]>([
  [
    "chooses no device",
    "nobody is in contact in it",
    (table) =>
      typed({
        ...table,
        write: async (...steps) => {
          if (JSON.stringify(steps).includes("rollout.device_chosen")) throw failures.changed();
          return table.write(...steps);
        },
      }),
  ],
  [
    "takes a device that is silent for one in contact",
    "somebody silent was chosen",
    showing((row) => ({ ...row, contactAt: new Date().toISOString() })),
  ],
  ["overlooks canaries", "one was chosen in vain", showing(({ isCanary: _, ...row }) => row)],
])("the property finds a check that %s", async (_, wrong, change) => {
  const found = fc.asyncProperty(cases, async (one) => !(await wrongIn(one, change)).includes(wrong));
  expect((await fc.check(found, { numRuns: 300, seed: 1, endOnFailure: true })).failed).toBe(true);
});
