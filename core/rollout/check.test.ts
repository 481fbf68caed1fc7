import { linkDevice, numbered } from "@muster/local/testing/fixtures/devices.ts";
import { type OrganizationFixture, openOrganization } from "@muster/local/testing/fixtures/organization.ts";
import { setReport, startRollout } from "@muster/local/testing/fixtures/rollouts.ts";
import { beforeEach, expect, test } from "vitest";
import { asSystem } from "../kernel/context.ts";
import { organizationKeys } from "../organization/keys.ts";
import { update } from "../table/table.ts";
import { check, type Job } from "./check.ts";
import { rolloutKeys } from "./keys.ts";

// A check of very many devices takes several workers, each of which must stop in time.

const devices = 11;
const perPage = 3;

let place: OrganizationFixture;
let job: Job;
beforeEach(async () => {
  place = await openOrganization();
  job = { job: "checkRollout", organization: place.organization };
  const { account } = place.ada;
  const linked = await Promise.all(
    Array.from({ length: devices }, (_, n) =>
      linkDevice(place.world, { account, organization: place.organization, id: numbered(n) }),
    ),
  );
  place.world.clock.pass(60);
  const waveAt = new Date(place.world.clock.at).toISOString();
  await startRollout(place.world, place.organization, { waves: [{ percent: 50 }], waveAt });
  const { revision } = await place.organizationRow();
  for (const device of linked) await setReport(place.world, device, { revision });
  place.world.queued.work.length = 0;
  const { table } = place.world;
  const query = (wanted: Parameters<typeof table.query>[0]) =>
    table.query("pk" in wanted && wanted.pk.endsWith("#dev") ? { ...wanted, limit: perPage } : wanted);
  place.world.rebind({ table: { ...table, query } as typeof table });
});

/** Runs a job in a worker that must stop at once, and returns the jobs that it leaves behind. */
async function checked(one: Job): Promise<Job[]> {
  const { queued, clock } = place.world;
  queued.work.length = 0;
  await asSystem("work", () => check(one), clock.at - 1);
  return [...queued.work] as Job[];
}
const counts = async () => (await place.world.table.get(rolloutKeys.rollout(place.organization)))?.counts;
const wave = async () => (await place.organizationRow()).rollout?.wave;

test("a check goes on in the next worker where it had to stop, and decides by all devices", async () => {
  const [second] = await checked(job);
  expect(second?.counted?.counts.reduce((all, own) => all + own.devices, 0)).toBe(perPage);
  let next = second;
  for (let pages = 2; pages < Math.ceil(devices / perPage); pages++) {
    expect([await counts(), await wave()]).toEqual([undefined, 1]);
    [next] = await checked(next ?? job);
  }
  await checked(next ?? job);
  expect((await counts())?.reduce((all, own) => all + own.devices, 0)).toBe(devices);
  expect(await wave()).toBe(2);
});

test.each(["waveAt", "resumedAt"])(
  "what was counted before another wave, or its resumption, is counted again: %s",
  async (name) => {
    const [second] = await checked(job);
    const { rollout } = await place.organizationRow();
    if (!rollout || !second) throw new Error("A rollout is under way.");
    const later = new Date(place.world.clock.at + 1_000).toISOString();
    const key = organizationKeys.organization(place.organization);
    await place.world.table.write(update(key, { set: { rollout: { ...rollout, [name]: later } } }));
    const [third] = await checked(second);
    expect(third?.counted?.counts.reduce((all, own) => all + own.devices, 0)).toBe(perPage);
  },
);
