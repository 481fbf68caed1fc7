import { gzipSync } from "node:zlib";
import * as ID from "@muster/core/base/id.ts";
import type { Key } from "@muster/core/table/table.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { matcher } from "@muster/settings/website.ts";
import { type Deployment, openDeployment, print } from "./deployment.ts";
import { median } from "./measure.ts";

/**
 * Saves, reads and changes a list of 50,000 denied websites, by whole requests to the API, and looks addresses up in it.
 * The peer has one row for each website, and asks each pattern in turn.
 * Run: npx tsx bench/websites.ts
 */
const count = 50_000;
const rounds = 5;
/** What takes longer is done once. */
const longMs = 5_000;
const addressesAtOnce = 1_000;

/** A little room is left for those that are added. */
const sites = Array.from(
  { length: count - 2 * rounds },
  (_, i) => `site-${(i * 7_919) % count}.example-${i % 97}.com`,
).toSorted();

async function run({ table, client, found, ask }: Deployment) {
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

  print("| | Muster: calls | RRU | WRU | ms | a row each: calls | RRU | WRU | ms |");
  print(`|---|${"---:|".repeat(8)}`);
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
    print(`| ${[what, ...cells].join(" | ")} |`);
  }
  const text = JSON.stringify(sites);
  const toKB = (length: number) => `${Math.round(length / 1_000)} KB`;
  print(`\nThe list as JSON: ${toKB(text.length)}; compressed: ${toKB(gzipSync(text).length)}.\n`);
  lookUp();
}

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

await openDeployment(run);
