import type { Column } from "@muster/core/import/read-preview.ts";
import type { ColumnName } from "@muster/core/import/shape.ts";

/** Says what one column holds. What another column held is that of this one only; addresses can be in several. */
export function withColumn(names: readonly ColumnName[], at: number, name: ColumnName): ColumnName[] {
  const isOne = name !== "email" && name !== "ignore";
  return names.map((other, index) => (index === at ? name : isOne && other === name ? "ignore" : other));
}

/** Returns the columns as the API takes them: without those at the end that are not read. */
export const trimmed = (names: readonly ColumnName[]): ColumnName[] =>
  names.slice(0, names.findLastIndex((name) => name !== "ignore") + 1);

/** Whether a person should look: something is not read, and it is not known what it is. */
export const isUnclear = (columns: readonly Column[], hasHeader: boolean) =>
  columns.some(({ name, cells }) => name === "ignore" && cells.length > 0) &&
  (!hasHeader || columns.filter(({ name }) => name !== "ignore").length === 1);
