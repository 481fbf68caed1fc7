import * as v from "valibot";
import { byteOrderMark, lines } from "../base/csv.ts";
import * as ID from "../base/id.ts";
import type { Role } from "../base/role.ts";
import { ObjectChanged } from "../bucket/error.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { bucket, queues, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { columnNameOf } from "../reading/columns.ts";
import { read } from "../reading/csv.ts";
import { survey } from "../reading/csv-survey.ts";
import { type Row } from "../reading/judge.ts";
import { prefixBytes } from "../reading/limits.ts";
import { chosenRole, rolesFrom } from "../reading/role-words.ts";
import type { ColumnName } from "../reading/shape.ts";
import { equal, update, when } from "../table/table.ts";
import { compileMessage } from "./begin.ts";
import { bytesOf, type Chunk, chunkBytes, chunkOf, readingOf } from "./chunk-input.ts";
import { countsOf, failures, hasStarted, isOver, type Place, reasons } from "./import.ts";
import { importKeys } from "./keys.ts";
import { type Note, outcomeOf } from "./outcome.ts";
import { blocksOf } from "./outcome-block.ts";
import { type Report, reportKey, reports } from "./report-key.ts";
import type { StartedRow } from "./row.ts";
import { sentenceOf } from "./rows.ts";

const contentType = "text/csv; charset=utf-8";
/** These columns follow those of the file. When a report is uploaded again they are ignored. */
const ownColumns = ["line", "outcome", "reason"];

// Shapes

export const Job = v.strictObject({
  job: v.literal("compile"),
  organization: ID.schema("organization"),
  import: ID.schema("import"),
  pass: v.number(),
});
export type Job = v.InferOutput<typeof Job>;

// Functions

/**
 * Makes the reports of a completed import from its file and the outcomes, chunk by chunk as parts in the bucket, which
 * are joined once all exist. Can be repeated: it continues with the first missing part.
 */
export const compile = fn(
  "import.compile",
  { input: Job, output: v.void(), failures: [failures.changed] },
  async ({ organization, import: id, pass }) => {
    const place = { organization, id };
    const row = await table.get(importKeys.import(organization, id));
    if (!row || row.pass !== pass || !isOver(row) || row.reported !== undefined) return;
    if (!hasStarted(row) || Object.keys(countsOf(row)).length === 0) return mark(place, pass, 0);
    try {
      const file = await columnsOf(row);
      const chunks = await chunksOf(id);
      for (const [number, chunk] of chunks.entries()) {
        if (isPastDeadline()) return queues.send("imports", [compileMessage(place, pass)]);
        // the parts of a chunk are written in this order
        const isThere = await bucket.head(reportKey(place, pass, "failed", number));
        if (!isThere) await writeParts(place, row, { number, chunk, file });
      }
      for (const kind of reports) {
        const keys = chunks.map((_, number) => reportKey(place, pass, kind, number));
        await bucket.write(reportKey(place, pass, kind), joined(headingOf(file), keys), contentType);
      }
    } catch (error) {
      if (!(error instanceof ObjectChanged)) throw error;
      return mark(place, pass, 0); // without its file there is no report
    }
    return mark(place, pass, pass);
  },
);

async function mark({ organization, id }: Place, pass: number, reported: number): Promise<void> {
  const same = when(equal("pass", pass), failures.changed);
  await table.write(update(importKeys.import(organization, id), { set: { reported } }, same));
}

type Columns = { header: string[]; count: number };

/** Returns the headings of the file's columns, without those that an earlier report added. */
async function columnsOf(row: StartedRow): Promise<Columns> {
  const end = Math.min(row.bytes, prefixBytes);
  // threat: a report reads other columns than its import
  const found = survey(await bytesOf(row, 0, end), end === row.bytes, readingOf(row).columns);
  if (typeof found === "string") throw new Error("An import with rows has a file that cannot be read.");
  if (found.header) {
    const isReport = found.header.slice(-ownColumns.length).join() === ownColumns.join();
    return { header: found.header, count: found.header.length - (isReport ? ownColumns.length : 0) };
  }
  const count = Math.max(...found.sample.map((cells) => cells.length));
  const header = Array.from({ length: count }, (_, at) => headingFor(columnNameOf(found.columns, at), at));
  return { header, count };
}

/** A heading by which the column is recognized when the report is uploaded. */
const headingFor = (name: ColumnName, at: number) => (name === "ignore" ? `column ${at + 1}` : name.replace("_", " "));

const headingOf = ({ header, count }: Columns) => byteOrderMark + lines([[...header.slice(0, count), ...ownColumns]]);

async function chunksOf(id: ID.ID<"import">): Promise<Chunk[]> {
  const rows = await rowsOf({ ...importKeys.chunks(id), consistent: true });
  return rows.map(chunkOf).filter(({ next }) => next !== undefined);
}

type Piece = { number: number; chunk: Chunk; file: Columns };

async function writeParts(place: Place, row: StartedRow, { number, chunk, file }: Piece): Promise<void> {
  const { reader, next = reader } = chunk;
  const end = Math.min(row.bytes, reader.offset + chunkBytes);
  const bytes = await bytesOf(row, reader.offset, end);
  const { columns, roles } = readingOf(row);
  const { rows } = read(reader, bytes, end === row.bytes, { keepsCells: true, chosen: columns });
  const blocks = await blocksOf(place.id, reader.row, next.row);
  const codes = new Map(
    blocks.flatMap(({ after, codes }) => [...codes].map((code, i) => [after + i + 1, code] as const)),
  );
  const notes = new Map(blocks.flatMap((one) => one.notes.map((note) => [note.row, note] as const)));
  const known = rows.map((one) => ({ row: one, code: codes.get(one.row), note: notes.get(one.row) }));
  const isFailed = ({ code }: (typeof known)[number]) => code === undefined || outcomeOf(code) !== "invited";
  const chosen = rolesFrom(roles);
  const text = (some: typeof known) =>
    lines(some.map(({ row: one, code, note }) => recordOf(one, { code, note, file, row, chosen })));
  const texts: Record<Report, string> = { all: text(known), failed: text(known.filter(isFailed)) };
  for (const kind of reports) {
    await bucket.write(reportKey(place, row.pass, kind, number), texts[kind], contentType);
  }
}

type Found = {
  code: string | undefined;
  note: Note | undefined;
  file: Columns;
  row: StartedRow;
  chosen: ReadonlyMap<string, Role>;
};

function recordOf({ cells = [], line, role }: Row, { code, note, file, row, chosen }: Found): string[] {
  const outcome = code === undefined ? undefined : outcomeOf(code);
  const sentence = outcome ? sentenceOf(outcome, note ?? {}) : row.reason && (reasons[row.reason] ?? reasons.unknown);
  const given = outcome === "invited" ? chosenRole(role, chosen) : undefined;
  const reason = given ? `${sentence} “${role}” counts as ${given}.` : sentence;
  const own = Array.from({ length: file.count }, (_, column) => cells[column] ?? "");
  // cells beyond the headings come last: those of an earlier report are before them
  const more = cells.slice(file.header.length);
  // threat: a report loses cells beyond the headings
  return [...own, String(line), outcome ?? "not_reached", reason ?? "", ...more];
}

/** Yields the heading, and then the parts, skipping empty ones. */
async function* joined(heading: string, keys: readonly string[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(heading);
  for (const key of keys) {
    const head = await bucket.head(key);
    if (!head) throw new Error(`A part of a report is missing: ${key}`);
    if (head.size > 0) yield* await bucket.read(key, { from: 0, ifMatch: head.etag });
  }
}
