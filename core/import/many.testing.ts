import type { Item, Step, Table } from "../table/table.ts";

/** Bytes of one write unit. A transaction costs two units for each, an index one. */
const unitBytes = 1024;

/** The cost of one write in one partition of the table, or in one list of the index. */
type Use = { write: number; partition: string; units: number };

export type PartitionLoad = {
  table: Table;
  /**
   * Returns the partitions that would receive more than `rate` units a second if one write happened every so many
   * milliseconds, each with its maximum shortfall. Each has a token bucket that holds one second of units.
   */
  shortfalls: (terms: {
    rate: number;
    writeMs: number;
    partition?: (name: string) => string;
  }) => Record<string, number>;
  writes: () => number;
};

/** A table that records what its writes cost each partition, by the sizes of the rows. A put counts as a new row. */
export function measureLoad(table: Table): PartitionLoad {
  const uses: Use[] = [];
  let writes = 0;

  async function write(...steps: Step[]): Promise<void> {
    const updated = steps.flatMap((step) => (step.do === "put" ? [] : [step.key]));
    const before = await table.getMany(updated);
    await table.write(...steps);
    const after = await table.getMany(updated);
    const factor = steps.length > 1 ? 2 : 1;
    for (const step of steps) {
      const i = updated.indexOf(step.key);
      const [was, is] = step.do === "put" ? [undefined, step.item] : [before[i], after[i]];
      uses.push({ write: writes, partition: step.key.pk, units: factor * Math.max(unitsOf(was), unitsOf(is)) });
      for (const [list, row] of listings(was, is)) uses.push({ write: writes, partition: list, units: unitsOf(row) });
    }
    writes++;
  }

  return {
    table: { ...table, write },
    writes: () => writes,
    shortfalls({ rate, writeMs, partition: nameOf = (name) => name }) {
      const buckets = new Map<string, { tokens: number; at: number }>();
      const shortfalls: Record<string, number> = {};
      for (const { write: number, partition, units } of uses) {
        const [name, at] = [nameOf(partition), number * writeMs];
        const { tokens, at: last } = buckets.get(name) ?? { tokens: rate, at };
        const left = Math.min(rate, tokens + ((at - last) * rate) / 1000) - units;
        buckets.set(name, { tokens: left, at });
        if (left < 0) shortfalls[name] = Math.max(shortfalls[name] ?? 0, -left);
      }
      return shortfalls;
    },
  };
}

const unitsOf = (row: Item | undefined) => Math.max(1, Math.ceil(JSON.stringify(row ?? {}).length / unitBytes));

/** Returns what the index writes for a row: nothing, one entry, or a removed and an added entry. */
function listings(was: Item | undefined, is: Item | undefined): [string, Item][] {
  const places = [was, is].flatMap((row) => (row?.list === undefined ? [] : [row]));
  const isSame = places.length === 2 && JSON.stringify(was) === JSON.stringify(is);
  const isStill = places.length === 2 && was?.list === is?.list && was?.rank === is?.rank;
  return (isSame ? [] : isStill ? places.slice(1) : places).map((row) => [String(row.list), row]);
}
