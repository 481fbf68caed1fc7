import type { Meter } from "@muster/local/testing/costs/meter.ts";
import { count, head, median, print, row } from "./output.ts";

export type Look<Place> = { what: string; run: (place: Place) => Promise<unknown> };
type Sized<Place> = { size: number; place: Place };
type Unit = "trips" | "readUnits" | "writeUnits";
const titles: { [Of in Unit]: string } = { trips: "trips", readUnits: "RRU", writeUnits: "WRU" };

/** Takes looks at places of several sizes, in turns, and prints what each costs, and how the time grows. */
export async function compareLooks<Place>(
  costs: Meter,
  places: readonly Sized<Place>[],
  looks: readonly Look<Place>[],
  { rounds, units }: { rounds: number; units: readonly Unit[] },
): Promise<void> {
  const columns = [...units.map((unit) => titles[unit]), "ms"];
  const heads = places.flatMap(({ size }) =>
    columns.map((title, at) => (at === 0 ? `${count(size)}: ${title}` : title)),
  );
  head(1, ["", ...heads, "Ratio of times"]);
  for (const { what, run } of looks) {
    const times: number[][] = places.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [at, { place }] of places.entries()) {
        const begun = performance.now();
        await run(place);
        times[at]?.push(performance.now() - begun);
      }
    }
    const medians = times.map(median);
    const cells: (string | number)[] = [];
    for (const [at, { place }] of places.entries()) {
      const cost = await costs.measure(() => run(place));
      cells.push(...units.map((unit) => cost[unit]), (medians[at] ?? Number.NaN).toFixed(1));
    }
    const [first = Number.NaN] = medians;
    row([what, ...cells, ((medians.at(-1) ?? Number.NaN) / first).toFixed(2)]);
  }
  print("");
}
