import { writeFileSync } from "node:fs";
import { sweep } from "@muster/core/audit/sweep.ts";
import * as ID from "@muster/core/base/id.ts";
import * as Imports from "@muster/core/import/due.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bind } from "@muster/core/kernel/ports.ts";
import * as Digest from "@muster/core/notification/digest.ts";
import { organizationKeys } from "@muster/core/organization/keys.ts";
import * as Purge from "@muster/core/purge/due.ts";
import * as Rollout from "@muster/core/rollout/due.ts";
import { update } from "@muster/core/table/table.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { type Curve, chart } from "./chart.ts";
import { type Deployment, openDeployment, print } from "./deployment.ts";
import { fill } from "./fill-members.ts";
import { type Device, link, openSync, type SyncApi } from "./linked.ts";
import { cpuOf } from "./measure.ts";

/**
 * What lists, saves, syncs and the clock's sweeps cost as an organization grows: calls and units, which are exact, and
 * CPU of this process and the engine. Writes docs/growth.svg. Each size has a deployment of its own.
 * Run: npx tsx bench/growth.ts [members …]
 */
const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 100_000, 1_000_000];
const warmUps = 15;
const rounds = 60;

type Place = Deployment & SyncApi & { id: ID.ID<"organization">; device: Device; costs: Meter };
type Cost = { calls: number; units: number; ms: number };
type Task = {
  kind: "list" | "save" | "sync" | "sweep";
  what: string;
  run: (place: Place, n: number) => Promise<unknown>;
};

const list = (what: string, path: string): Task => ({
  kind: "list",
  what,
  run: ({ ask, id }) => ask("GET", `/organizations/${id}/${path}`),
});
const sweeping = (what: string, job: () => Promise<unknown>): Task => ({
  kind: "sweep",
  what,
  run: () => asSystem(`clock.${what}`, job),
});

const tasks: readonly Task[] = [
  list("100 members by name", "members"),
  list("25 members by a word", "members?search=emma"),
  list("25 members by two words", "members?search=em%20ga"),
  list("25 admins", "members?role=admin"),
  list("25 newest members", "members?sort=joined"),
  list("pending invitations", "invitations"),
  list("updates", "updates"),
  list("devices", "devices"),
  { kind: "sync", what: "poll, unchanged", run: (place) => poll(place, place.device.etag, 304) },
  { kind: "sync", what: "poll, changed", run: (place) => poll(place, "", 200) },
  {
    kind: "save",
    what: "settings",
    run: async ({ ask, id }, n) => {
      const { revision } = (await (await ask("GET", `/organizations/${id}/settings`)).json()) as { revision: number };
      const fields = { "features.telemetry": { value: n % 2 === 0 } };
      return ask("PATCH", `/organizations/${id}/settings`, { revision, fields });
    },
  },
  {
    kind: "save",
    what: "invite one",
    run: ({ ask, id }, n) =>
      ask("POST", `/organizations/${id}/invitations`, {
        invitations: [{ email: `guest.${n}@example.org`, role: "read" }],
      }),
  },
  {
    kind: "save",
    what: "create a team",
    run: ({ ask, id }, n) => ask("POST", `/organizations/${id}/teams`, { name: `Team ${n}` }),
  },
  {
    kind: "save",
    what: "post an update",
    run: ({ ask, id }, n) =>
      ask("POST", `/organizations/${id}/updates`, { title: `News ${n}`, content: "What is new this week." }),
  },
  sweeping("outbox", () => sweep({})),
  sweeping("expired invitations", () => Schedule.due({})),
  sweeping("digests", () => Digest.due({})),
  sweeping("imports", () => Imports.due({})),
  sweeping("rollouts", () => Rollout.due({})),
  sweeping("purges", () => Purge.due({})),
];

async function poll({ api, device }: Place, etag: string, status: number): Promise<void> {
  const headers = { authorization: `Bearer ${device.token}`, "if-none-match": etag };
  const response = await api.request("/api/v1/sync", { headers });
  if (response.status !== status) throw new Error(`A device was answered ${response.status}.`);
  device.etag = response.headers.get("etag") ?? device.etag;
}

async function measure(members: number): Promise<Cost[]> {
  const costs: Cost[] = [];
  await openDeployment(async (deployment) => {
    const id = await deployment.found(`Of ${members}`);
    await fill(deployment, id, members);
    const seats = { capacity: members + 1_000, free: 1_000, grantedSeats: members };
    await deployment.table.write(update(organizationKeys.organization(id), { set: seats }));
    bind({ limitFactor: 1_000 });
    const sync = await openSync();
    const [device] = await link(deployment, id, 1);
    if (!device) throw new Error("There is no device.");
    const place = { ...deployment, ...sync, id, device, costs: meter(deployment.client) };
    await poll(place, "", 200);
    for (const { run } of tasks) {
      let n = 0;
      while (n < warmUps) await run(place, n++);
      const before = cpuOf(process.pid) + cpuOf(deployment.enginePid);
      while (n < warmUps + rounds) await run(place, n++);
      const ms = (cpuOf(process.pid) + cpuOf(deployment.enginePid) - before) / rounds;
      const { calls, readUnits, writeUnits, indexUnits } = await place.costs.measure(() => run(place, n));
      costs.push({ calls, units: readUnits + writeUnits + indexUnits, ms });
    }
  });
  return costs;
}

// a process that has just started is slower, which would hide what grows
await measure(100);
const measured: Cost[][] = [];
for (const members of sizes) measured.push(await measure(members));

const head = sizes.map((size) => `${size.toLocaleString("en")}: calls | units | ms |`).join(" ");
print(`| | | ${head} Ratio of calls | of units | of CPU |`);
print(`|---|---|${"---:|".repeat(sizes.length * 3 + 3)}`);
const curves: Curve[] = [];
for (const [at, { kind, what }] of tasks.entries()) {
  const row = measured.map((costs) => costs[at] as Cost);
  const [first, last] = [row[0] as Cost, row.at(-1) as Cost];
  const ratio = (of: keyof Cost) => (last[of] / Math.max(first[of], Number.MIN_VALUE)).toFixed(2);
  const cells = row.flatMap(({ calls, units, ms }) => [calls, units, ms.toFixed(2)]);
  print(`| ${[kind, what, ...cells, ratio("calls"), ratio("units"), ratio("ms")].join(" | ")} |`);
  curves.push({ kind, name: what, values: row.map(({ units }) => units) });
}
writeFileSync("docs/growth.svg", chart(sizes, curves));
