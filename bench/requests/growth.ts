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
import * as Rollout from "@muster/core/rollout/queue-checks.ts";
import { update } from "@muster/core/table/table.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { type Deployment, openDeployment } from "../shared/deployment.ts";
import { type Device, link, openSync, type SyncApi } from "../shared/linked.ts";
import { count, cpuOf, head, row, sizesIn } from "../shared/output.ts";
import { fill } from "../shared/rows.ts";

/**
 * Measures lists, saves, syncs and the clock's sweeps as an organization grows: calls and units, which are exact, and
 * CPU of this process and the engine. With these sizes it writes docs/growth.svg. Each has a deployment of its own.
 */
const usual = [1_000, 100_000, 1_000_000];
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

/** @param words the numbers of members */
export async function run(words: string[]): Promise<void> {
  const sizes = sizesIn(words, usual);
  // a process that has just started is slower, which would hide what grows
  await measure(100);
  const measured: Cost[][] = [];
  for (const members of sizes) measured.push(await measure(members));

  const heads = sizes.flatMap((size) => [`${count(size)}: calls`, "units", "ms"]);
  head(2, ["", "", ...heads, "Ratio of calls", "of units", "of CPU"]);
  const curves: Curve[] = [];
  for (const [at, { kind, what }] of tasks.entries()) {
    const costs = measured.map((all) => all[at] as Cost);
    const [first, last] = [costs[0] as Cost, costs.at(-1) as Cost];
    const ratio = (of: keyof Cost) => (last[of] / Math.max(first[of], Number.MIN_VALUE)).toFixed(2);
    const cells = costs.flatMap(({ calls, units, ms }) => [calls, units, ms.toFixed(2)]);
    row([kind, what, ...cells, ratio("calls"), ratio("units"), ratio("ms")]);
    curves.push({ kind, name: what, values: costs.map(({ units }) => units) });
  }
  if (words.length === 0) writeFileSync("docs/growth.svg", chart(sizes, curves));
}

/** The cost of one thing, with one value for each size. */
type Curve = { kind: string; name: string; values: readonly number[] };

const width = 720;
const rowHeight = 18;
const labels = 190;
const top = 34;
const colors: Record<string, string> = { list: "#2563eb", save: "#b45309", sync: "#15803d", sweep: "#7c3aed" };

/**
 * Draws how a cost grows as an SVG: a line for each curve, from its value at the first size to that at the last, relative to
 * the first. A flat line does not grow.
 */
function chart(sizes: readonly number[], curves: readonly Curve[]): string {
  const height = top + curves.length * rowHeight + 10;
  const step = (width - labels - 110) / Math.max(1, sizes.length - 1);
  const x = (at: number) => labels + at * step;
  const lines = curves.flatMap(({ kind, name, values }, row) => {
    const middle = top + (row + 0.5) * rowHeight;
    const [first = 0] = values;
    const y = (value: number) => middle - 6 * Math.log2(Math.max(value, 0.01) / Math.max(first, 0.01));
    const color = colors[kind] ?? "#444";
    const points = values.map((value, at) => `${x(at)},${y(value).toFixed(1)}`).join(" ");
    const ratio = (Math.max(values.at(-1) ?? 0, 0.01) / Math.max(first, 0.01)).toFixed(2);
    return [
      `<text x="8" y="${middle + 4}" fill="${color}">${kind}: ${name}</text>`,
      `<polyline points="${points}" fill="none" stroke="${color}" stroke-width="2"/>`,
      `<text x="${width - 100}" y="${middle + 4}" fill="${color}">${first} units, × ${ratio}</text>`,
    ];
  });
  const heads = sizes.map(
    (size, at) => `<text x="${x(at)}" y="18" text-anchor="middle" fill="#444">${size.toLocaleString("en")}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>Units of the table that each request costs, by the number of members</title>`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    `<text x="8" y="18" fill="#444">Members</text>`,
    ...heads,
    ...lines,
    "</svg>",
    "",
  ].join("\n");
}
