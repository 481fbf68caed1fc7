import { exampleKey } from "@muster/local/testing/fixtures/secrets.ts";
import { isDeep, seed, seededRandom } from "@muster/local/testing/random.ts";
import { openApi } from "@muster/local/testing/worlds/api.ts";
import { type Section, sections } from "@muster/settings/fields.ts";
import { expect, test } from "vitest";
import { atEnd, emptyFolder } from "./fixture.testing.ts";
import { openDevice, type SimulatedDevice } from "./fleet.testing.ts";

// A whole organization of devices with everything going wrong that can: in the end, what admins see is the truth.

const [members, devicesEach, rounds, atOnce] = isDeep ? [250, 4, 24, 24] : [4, 2, 6, 6];

const changes = [
  { "features.telemetry": { value: true } },
  { "features.telemetry": { value: false } },
  { "sources.isManaged": { value: true }, "sources.blocked": { value: ["signal"] } },
  { "websites.isManaged": { value: true }, "websites.denied": { value: ["a.example", "b.example"] } },
  { "websites.denied": { value: ["c.example"] } },
  { "features.offlineLimit": { value: "7_DAYS" }, "features.afterOfflineLimit": { value: "STRICT" } },
  { "sources.blocked": null },
];

type Fleet = Awaited<ReturnType<typeof openFleet>>;

async function openFleet() {
  const random = seededRandom(seed);
  const api = await openApi();
  const owner = await api.stranger();
  const acme = await api.organization(owner);
  const folder = await emptyFolder();
  const devices: SimulatedDevice[] = [];
  const people = await Promise.all(Array.from({ length: members }, () => api.member(acme, "write")));
  for (const { account } of people) {
    for (let each = 0; each < devicesEach; each++) {
      const setting = { api, folder, random, number: devices.length, others: () => devices };
      devices.push(await openDevice(setting, { account, organization: acme }));
    }
  }
  atEnd(async () => {
    for (const device of devices) await device.close();
  });
  const pick = <T>(all: readonly T[]) => all[Math.floor(random() * all.length)] as T;
  const ask = async (method: string, path: string, json?: object) => {
    const answer = await api.call(method, `/organizations/${acme}${path}`, {
      token: owner.token,
      ...(json && { json }),
    });
    expect(answer.status, `${method} ${path}`).toBeLessThan(300);
    return answer.body;
  };
  const left = new Set<string>();

  /** Changes settings, members, or devices, as people do between two rounds. */
  async function happen(): Promise<void> {
    const { revision } = await ask("GET", "/settings");
    await ask("PATCH", "/settings", { revision, fields: pick(changes) });
    const what = random();
    const staying = people.filter(({ account }) => !left.has(account));
    const somebody = pick(staying);
    if (what < 0.2) {
      // somebody whose sign-in is recent
      const { token } = await api.member(acme, "owner");
      const json = { name: `Key ${random()}`, credentials: exampleKey };
      expect((await api.call("POST", `/organizations/${acme}/secrets`, { token, json })).status).toBe(201);
    } else if (what < 0.4) {
      const path = `/organizations/${acme}/settings/own`;
      const fields = { "features.externalCloud": { value: random() < 0.5 } };
      // their last session may have ended unused by now
      const { token } = await api.world.person(somebody.email);
      expect((await api.call("PATCH", path, { token, json: { fields } })).status).toBe(200);
    } else if (what < 0.5) await ask("DELETE", `/devices/${pick(devices).id}`);
    else if (what < 0.6 && staying.length > 2) {
      await ask("DELETE", `/members/${somebody.account}`);
      left.add(somebody.account);
    }
    api.world.clock.pass(random() < 0.2 ? 2 * 86_400 : 600);
  }

  return { api, owner, acme, devices, happen, left, ask };
}

async function forEachOf<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const work = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await run(one);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

test(`what admins see of ${members * devicesEach} devices is true after everything went wrong (seed ${seed})`, async () => {
  const fleet = await openFleet();
  const { devices } = fleet;
  for (let round = 0; round < rounds; round++) {
    await fleet.happen();
    await forEachOf(devices, (device) => device.sync());
  }
  for (const device of devices) device.heal();
  for (let round = 0; round < 3; round++) await forEachOf(devices, (device) => device.sync());

  const { revision } = await fleet.ask("GET", "/settings");
  for (const device of devices) {
    const { seen, isTrue } = await compared(fleet, device, Number(revision));
    expect(seen, `${device.id} (seed ${seed})`).toEqual(isTrue);
  }
});

type Shown = { status: string; wipe?: { reason: string }; report?: { sections: Record<string, Said> } };
type Said = { state: string; revision: number };

/** Returns what admins see of a device and what it has, and the same as it would be if all had arrived. */
async function compared({ ask, left }: Fleet, { id, account, mode, values, truth }: SimulatedDevice, revision: number) {
  const { status, wipe, report } = (await ask("GET", `/devices/${id}`)) as unknown as Shown;
  const isGone = left.has(account) || wipe?.reason === "revoked";
  if (isGone) return { seen: { status, isWiped: truth.isWiped }, isTrue: { status: "wiped", isWiped: true } };
  const { fields } = await ask("GET", `/settings/effective?account=${account}&lists=full`);
  const all = Object.entries(fields as Record<string, { value: unknown }>);
  const wanted = (section: Section) => {
    const own = all.filter(([key]) => key.startsWith(`${section}.`)).map(([key, { value }]) => [key, value] as const);
    return JSON.stringify(Object.fromEntries(own));
  };
  const bySection = <T>(of: (section: Section) => T) => sections.map((section) => [section, of(section)] as const);
  const stateOf = (section: Section) => (section === truth.refuses ? "refused" : "enforced");
  return {
    seen: {
      status,
      mode: mode(),
      isWiped: truth.isWiped,
      values: bySection(values),
      enforced: bySection((section) => truth.enforced[section]),
      said: bySection((section) => [report?.sections[section]?.state, report?.sections[section]?.revision]),
    },
    isTrue: {
      status: truth.refuses === undefined ? "in_force" : "refused",
      mode: "current",
      isWiped: false,
      values: bySection(wanted),
      enforced: bySection((section) => (section === truth.refuses ? undefined : wanted(section))),
      said: bySection((section) => [stateOf(section), revision]),
    },
  };
}
