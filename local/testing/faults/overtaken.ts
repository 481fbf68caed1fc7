import type { Table } from "@muster/core/table/table.ts";

/** The table of a caller: others overtake it right after it has first read several rows. */
export function overtaken(table: Table, between: () => Promise<unknown>): Table {
  let isFirst = true;
  return {
    ...table,
    getMany: async (...all) => {
      const rows = await table.getMany(...all);
      if (isFirst) {
        isFirst = false;
        await between();
      }
      return rows;
    },
  };
}
