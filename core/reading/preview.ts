import { columnNameOf, type Part } from "./columns.ts";
import { read, start } from "./csv.ts";
import { type Format, type Survey, survey } from "./csv-survey.ts";
import { type Judged, judge, type Row } from "./judge.ts";
import { prefixBytes } from "./limits.ts";
import type { FileProblem } from "./problems.ts";
import type { ColumnName } from "./shape.ts";

const maxCells = 3;
const maxCell = 60;

/** The heading of a column, and the field that it holds; other columns are not read. */
export type Heading = { text: string; part?: Part };

/** A column of the file: its heading, what it holds, and some of its cells. */
export type Column = { heading?: string; name: ColumnName; cells: string[] };

export type Preview =
  | { problem: FileProblem }
  | {
      encoding: Format["encoding"];
      separator: Format["separator"];
      /** Missing if the file has no header. */
      headings: Heading[] | undefined;
      columns: Column[];
      /** The complete rows in the given bytes, each with its result. */
      rows: { row: Row; judged: Judged }[];
      /** True if these are all rows of the file. */
      isWhole: boolean;
    };

/**
 * Returns what an import of a file would do, based on its first `prefixBytes` or, for more rows, on more of it. A person
 * may have chosen what its columns hold.
 */
export function preview(bytes: Uint8Array, isWhole: boolean, chosen?: readonly ColumnName[]): Preview {
  const found = survey(bytes.subarray(0, prefixBytes), isWhole && bytes.length <= prefixBytes, chosen);
  if (typeof found === "string") return { problem: found };
  const { rows, state } = readAll(bytes, isWhole, chosen);
  if (state.end && state.end !== "complete") return { problem: state.end };
  const { encoding, separator, header, columns } = found;
  return {
    encoding,
    separator,
    headings: header?.map((text, column) => ({ text, ...partOf(columns, column) })),
    columns: columnsIn(found),
    rows: rows.map((row) => ({ row, judged: judge(row) })),
    isWhole,
  };
}

/** One range is not always enough: reading may go back once. */
function readAll(bytes: Uint8Array, isWhole: boolean, chosen: readonly ColumnName[] | undefined) {
  const { rows, state } = read(start, bytes, isWhole, { chosen });
  let next = { rows, state };
  const isRead = () => !isWhole || next.state.end !== undefined;
  while (!isRead()) {
    next = read(next.state, bytes.subarray(next.state.offset), true);
    for (const row of next.rows) rows.push(row);
  }
  return { rows, state: next.state };
}

/** Columns that some row has, also where the header has fewer. */
function columnsIn({ header, sample, columns }: Survey): Column[] {
  const count = Math.max(header?.length ?? 0, ...sample.map((cells) => cells.length));
  return Array.from({ length: count }, (_, at) => {
    const filled = sample.map((cells) => cells[at] ?? "").filter((cell) => cell !== "");
    const heading = header?.[at];
    const cells = filled.slice(0, maxCells).map((cell) => cell.slice(0, maxCell));
    return { ...(heading !== undefined && { heading }), name: columnNameOf(columns, at), cells };
  });
}

function partOf(columns: Format["columns"], column: number): { part?: Part } {
  const parts = Object.entries(columns) as [Part, number | number[]][];
  const [part] = parts.find(([, at]) => at === column || (Array.isArray(at) && at.includes(column))) ?? [];
  return part ? { part } : {};
}
