import { type Item, keyOf, type Table, typed } from "@muster/core/table/table.ts";

const nameOf = (row: Item) => Object.values(keyOf(row)).join("|");

/** A table whose reads by key still answer with these rows, unless they are consistent. */
export function lagging(table: Table, rows: readonly (Item | undefined)[]): Table {
  const old = new Map(rows.flatMap((row) => (row ? [[nameOf(row), row]] : [])));
  return typed({
    ...table,
    async getMany(keys, options) {
      const found = await table.getMany(keys, options);
      return options?.consistent === false ? found.map((row, i) => old.get(nameOf(keys[i] as Item)) ?? row) : found;
    },
  });
}
