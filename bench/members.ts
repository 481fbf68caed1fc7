import * as ID from "@muster/core/base/id.ts";
import * as Member from "@muster/core/member/member.ts";
import { terms } from "@muster/core/search/search.ts";
import { Keys } from "@muster/core/table/keys.ts";
import { type Projection, put, type Table } from "@muster/core/table/table.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { seededRandom } from "@muster/local/testing/random.ts";
import { type Deployment, openDeployment, print } from "./deployment.ts";
import { median } from "./measure.ts";

/**
 * Lists and searches in organizations of 1,000 and 100,000 members, by whole requests to the API, including
 * authentication, with the engine in a file.
 * Run: npx tsx bench/members.ts
 */
const sizes = [1_000, 100_000] as const;
const rounds = 60;
const rowsAtOnce = 5_000;

const firstNames = ["Ada", "Ben", "Chloé", "Emma", "Igor", "Julia"];
const lastNames = ["Bauer", "Costa", "Dubois", "Fischer", "Garcia", "Haddad"];

const looks: [what: string, search: string][] = [
  ["first page of 100, by name", ""],
  ["next page of 100", "?cursor={next}"],
  ["25 found by a word", "?search=emma"],
  ["25 found by the start of two words", "?search=em%20ga"],
  ["25 found by a word and a role", "?search=fischer&role=read"],
  ["25 admins", "?role=admin"],
  ["the newest 25", "?sort=joined"],
];

async function run({ table, client, found, ask }: Deployment) {
  const places: ID.ID<"organization">[] = [];
  for (const size of sizes) {
    const id = await found(`Of ${size}`);
    await fill(table, id, size);
    places.push(id);
  }
  const costs = meter(client);

  async function look(organization: string, search: string) {
    const response = await ask("GET", `/organizations/${organization}/members${search}`);
    return (await response.json()) as { items: unknown[]; next?: string };
  }

  print(`| | ${sizes.map((size) => `${size.toLocaleString("en")}: trips | RRU | ms | `).join("")}ratio of times |`);
  print(`|---|${"---:|".repeat(sizes.length * 3 + 1)}`);
  for (const [what, pattern] of looks) {
    const searches = await Promise.all(
      places.map(async (place) => pattern.replace("{next}", encodeURIComponent((await look(place, "")).next ?? ""))),
    );
    const times: number[][] = places.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [at, place] of places.entries()) {
        const begun = performance.now();
        await look(place, searches[at] ?? "");
        times[at]?.push(performance.now() - begun);
      }
    }
    const medians = times.map(median);
    const cells: string[] = [];
    for (const [at, place] of places.entries()) {
      const { trips, readUnits } = await costs.measure(() => look(place, searches[at] ?? ""));
      cells.push(String(trips), String(readUnits), (medians[at] ?? Number.NaN).toFixed(1));
    }
    const [small = Number.NaN, large = Number.NaN] = medians;
    print(`| ${[what, ...cells, (large / small).toFixed(2)].join(" | ")} |`);
  }
}

/** Fills an organization with members, whose rows are written in batches. */
async function fill(table: Table, id: ID.ID<"organization">, size: number): Promise<void> {
  const random = seededRandom(size);
  const pick = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? "";
  let rows: Projection[] = [];
  for (let i = 1; i < size; i++) {
    const name = `${pick(firstNames)} ${pick(lastNames)}`;
    const email = `${name.toLowerCase().replace(" ", ".").replace("é", "e")}.${i}@example.com`;
    const account = ID.derive("account", `${size} ${i}`);
    const { key, item } = Member.joined(id, { account, email, name, color: "teal" }, i % 25 === 0 ? "admin" : "read");
    const membership = { ...item, ...key };
    rows.push(...[membership, ...terms(membership)].map((put) => ({ put })));
    if (rows.length < rowsAtOnce && i < size - 1) continue;
    await table.project(rows);
    rows = [];
  }
  const shown = { seq: 0, hash: "", day: "", active: size, owner: 1, admin: Math.floor((size - 1) / 25) };
  await table.write(put(Keys.stats(id), { ...shown, read: size - shown.admin - 1 }));
}

await openDeployment(run);
