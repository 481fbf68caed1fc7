import { randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import * as ID from "@muster/core/base/id.ts";
import type { Key } from "@muster/core/table/table.ts";
import { type Meter, meter } from "@muster/local/testing/costs/meter.ts";
import { sections } from "@muster/settings/fields.ts";
import { matcher } from "@muster/settings/website.ts";
import { type Deployment, openDeployment } from "../shared/deployment.ts";
import { link, openSync } from "../shared/linked.ts";
import { head, median, print, row } from "../shared/output.ts";

/**
 * Saves, reads and changes a list of 50,000 denied websites, by whole requests to the API, looks addresses up in it, and
 * brings it to a device.
 * The peer has one row for each website, and asks each pattern in turn.
 */
const count = 50_000;
const rounds = 5;
/** Work that takes longer is done once. */
const longMs = 5_000;
const addressesAtOnce = 1_000;

/** A little room is left for those that are added. */
const sites = Array.from(
  { length: count - 2 * rounds },
  (_, i) => `site-${(i * 7_919) % count}.example-${i % 97}.com`,
).toSorted();

export const run = () => openDeployment(measure);

async function measure(deployment: Deployment) {
  const { table, client, found, ask } = deployment;
  const costs = meter(client);
  const organization = await found("Acme");
  const settings = `/organizations/${organization}/settings`;
  const revision = async () => ((await (await ask("GET", settings)).json()) as { revision: number }).revision;
  const change = async (value: object) =>
    ask("PATCH", settings, { revision: await revision(), fields: { "websites.denied": value } });

  const peer = ID.derive("organization", "peer");
  const rowOf = (site: string): Key => ({ pk: `${peer}#sites`, sk: site });
  async function all() {
    const found: string[] = [];
    let start: { pk: string; sk: string } | undefined;
    do {
      const page = await table.query({ pk: `${peer}#sites`, limit: 10_000, ...(start && { start }) });
      for (const { sk } of page.items) found.push(String(sk));
      start = page.next as typeof start;
    } while (start);
    return found;
  }

  head(1, ["", "Muster: calls", "RRU", "WRU", "ms", "a row each: calls", "RRU", "WRU", "ms"]);
  let added = 0;
  const cases: [what: string, ours: () => Promise<unknown>, theirs: () => Promise<unknown>, prepare?: () => unknown][] =
    [
      [
        "Save all",
        () => change({ value: sites }),
        () => table.project(sites.map((site) => ({ put: rowOf(site) }))),
        () => change({ value: [] }),
      ],
      [
        "Add one",
        () => change({ add: [`added-${++added}.example.org`] }),
        () => table.project([{ put: rowOf(`added-${added}.example.org`) }]),
      ],
      ["Read all", async () => (await ask("GET", `${settings}/websites`)).json(), all],
    ];
  for (const [what, ours, theirs, prepare] of cases) {
    const cells: string[] = [];
    for (const one of [ours, theirs]) {
      if (one === ours) await prepare?.();
      let begun = performance.now();
      const { calls, readUnits, writeUnits } = await costs.measure(one);
      const times = [performance.now() - begun];
      while (times.length < rounds && median(times) < longMs) {
        if (one === ours) await prepare?.();
        begun = performance.now();
        await one();
        times.push(performance.now() - begun);
      }
      cells.push(String(calls), String(readUnits), String(writeUnits), median(times).toFixed(0));
    }
    row([what, ...cells]);
  }
  const text = JSON.stringify(sites);
  const toKB = (length: number) => `${Math.round(length / 1_000)} KB`;
  print(`\nThe list as JSON: ${toKB(text.length)}; compressed: ${toKB(gzipSync(text).length)}.\n`);
  lookUp();
  await follow(deployment, { organization, costs, change });
}

type Place = { organization: ID.ID<"organization">; costs: Meter; change: (value: object) => Promise<unknown> };

/** Measures a device that gets the list, and a change of it: the document, and the parts that it does not have. */
async function follow(deployment: Deployment, { organization, costs, change }: Place) {
  const { api } = await openSync();
  const [device] = await link(deployment, organization, 1);
  if (!device) throw new Error("No device.");
  const held = new Set<string>();
  const get = async (path: string) => {
    const headers = {
      authorization: `Bearer ${device.token}`,
      "if-none-match": path.startsWith("/sync?") ? device.etag : "",
      "accept-encoding": "gzip",
    };
    const response = await api.request(`/api/v1${path}`, { headers });
    if (![200, 304].includes(response.status)) throw new Error(`A device was answered ${response.status}.`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = response.headers.get("content-encoding") === "gzip" ? gunzipSync(bytes).toString() : bytes.toString();
    return { response, bytes: bytes.length, text };
  };
  /** Syncs like a client: the sections and the parts that it has are not sent again. */
  async function sync() {
    const begun = performance.now();
    let [requests, bytes] = [1, 0];
    const first = await get(`/sync?nonce=${randomBytes(16).toString("base64url")}&have=${device?.have}`);
    bytes += first.bytes;
    if (first.response.status === 200 && device) {
      device.etag = first.response.headers.get("etag") ?? "";
      const { document, sections: texts } = JSON.parse(first.text) as Synced;
      const payload = Buffer.from(document.split(".")[1] ?? "", "base64url").toString();
      const { sections: signed } = JSON.parse(payload) as { sections: Record<string, { hash: string }> };
      device.have = sections.map((section) => `${section}:${signed[section]?.hash}`).join();
      const { parts = [] } = (JSON.parse(texts["websites"] ?? "{}") as Websites)["websites.denied"] ?? {};
      for (const name of parts.filter((part) => !held.has(part))) {
        const part = await get(`/sync/lists?name=${name}`);
        requests += 1;
        bytes += part.bytes;
        held.add(name);
      }
    }
    return { requests, bytes, ms: performance.now() - begun };
  }
  print("");
  head(1, ["A device gets", "Requests", "KB, compressed", "Calls of the table", "RRU", "WRU", "ms"]);
  const cases: [what: string, prepare?: () => Promise<unknown>][] = [
    ["all of it", () => change({ value: sites })],
    ["one website more", () => change({ add: ["followed.example.org"] })],
    ["nothing new"],
  ];
  for (const [what, prepare] of cases) {
    await prepare?.();
    let got = { requests: 0, bytes: 0, ms: 0 };
    const { calls, readUnits, writeUnits } = await costs.measure(async () => {
      got = await sync();
    });
    row([what, got.requests, (got.bytes / 1_000).toFixed(1), calls, readUnits, writeUnits, got.ms.toFixed(0)]);
  }
  print("");
}

type Synced = { document: string; sections: Record<string, string> };
type Websites = { "websites.denied"?: { parts?: string[] } };

function lookUp() {
  const addresses = Array.from({ length: addressesAtOnce }, (_, i) =>
    i % 2 === 0 ? `https://www.${sites[(i * 31) % count]}/path` : `https://www.other-${i}.example.net/path`,
  );
  const begun = performance.now();
  const match = matcher(sites);
  const built = performance.now() - begun;
  const each = (address: string) => {
    const host = new URL(address).hostname;
    return sites.find((site) => host === site || host.endsWith(`.${site}`));
  };
  const took = [match, each].map((one) => {
    const start = performance.now();
    for (const address of addresses) one(address);
    return ((performance.now() - start) / addresses.length) * 1_000;
  });
  const isSame = addresses.every((address) => match(address) === each(address));
  if (!isSame) throw new Error("The two disagree.");
  const [ours = Number.NaN, theirs = Number.NaN] = took;
  print(
    `Built for look-ups in ${built.toFixed(0)} ms; one address: ${ours.toFixed(1)} µs, each pattern in turn: ${theirs.toFixed(0)} µs.`,
  );
}
