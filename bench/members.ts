import type * as ID from "@muster/core/base/id.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { type Deployment, openDeployment, print } from "./deployment.ts";
import { fill } from "./fill-members.ts";
import { median } from "./measure.ts";

/**
 * Lists and searches in organizations of 1,000 and 100,000 members, by whole requests to the API, including
 * authentication, with the engine in a file.
 * Run: npx tsx bench/members.ts
 */
const sizes = [1_000, 100_000] as const;
const rounds = 60;

const looks: [what: string, search: string][] = [
  ["first page of 100, by name", ""],
  ["next page of 100", "?cursor={next}"],
  ["25 found by a word", "?search=emma"],
  ["25 found by the start of two words", "?search=em%20ga"],
  ["25 found by a word and a role", "?search=fischer&role=read"],
  ["25 admins", "?role=admin"],
  ["the newest 25", "?sort=joined"],
];

async function run(deployment: Deployment) {
  const { client, found, ask } = deployment;
  const places: ID.ID<"organization">[] = [];
  for (const size of sizes) {
    const id = await found(`Of ${size}`);
    await fill(deployment, id, size);
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

await openDeployment(run);
