import type * as ID from "@muster/core/base/id.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { openDeployment } from "../shared/deployment.ts";
import { compareLooks, type Look } from "../shared/looks.ts";
import { sizesIn } from "../shared/output.ts";
import { fill } from "../shared/rows.ts";

/**
 * Lists and searches in organizations of 1,000 and 100,000 members, by whole requests to the API, including
 * authentication, with the engine in a file.
 */
const usual = [1_000, 100_000];
const rounds = 60;

const paths: [what: string, search: string][] = [
  ["first page of 100, by name", ""],
  ["next page of 100", "?cursor={next}"],
  ["25 found by a word", "?search=emma"],
  ["25 found by the start of two words", "?search=em%20ga"],
  ["25 found by a word and a role", "?search=fischer&role=read"],
  ["25 admins", "?role=admin"],
  ["the newest 25", "?sort=joined"],
];

type Place = { organization: ID.ID<"organization">; next: string };

/** @param words the sizes of the organizations */
export async function run(words: string[]): Promise<void> {
  await openDeployment(async (deployment) => {
    const { client, found, ask } = deployment;
    async function list({ organization }: Pick<Place, "organization">, search: string) {
      const response = await ask("GET", `/organizations/${organization}/members${search}`);
      return (await response.json()) as { next?: string };
    }
    const places: { size: number; place: Place }[] = [];
    for (const size of sizesIn(words, usual)) {
      const organization = await found(`Of ${size}`);
      await fill(deployment, organization, size);
      const { next = "" } = await list({ organization }, "");
      places.push({ size, place: { organization, next: encodeURIComponent(next) } });
    }
    const looks = paths.map(([what, path]): Look<Place> => {
      return { what, run: (place) => list(place, path.replace("{next}", place.next)) };
    });
    await compareLooks(meter(client), places, looks, { rounds, units: ["trips", "readUnits"] });
  });
}
