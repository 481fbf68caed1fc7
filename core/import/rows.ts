import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { shown, type Unknown, unknown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { Cursor, failures as cursorFailures, listOf, open, seal } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { bucket, table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { aboutText, rowRemarks } from "../reading/problems.ts";
import { has, keyOf } from "../table/table.ts";
import { failures, Id } from "./import.ts";
import { importKeys } from "./keys.ts";
import { downloadMinutes, rowsPerPage } from "./limits.ts";
import { isRemark, type Note, type Outcome, outcomeNames, outcomeOf, outcomes } from "./outcome.ts";
import { blockOf } from "./outcome-block.ts";
import { reportKey, reports } from "./report-key.ts";
import { ImportRow, type OutcomeRow } from "./row.ts";

const tellingsPerRead = 500;
const readsPerPage = 5;

// Shapes

/** A row of an import that was not invited, or not as it was written. */
export const Entry = v.object({
  /** The number of the row, from 1, without the heading. */
  row: Integer,
  /** The line of the file that the row begins in, from 1. */
  line: Integer,
  /** The address, as it is written in the file. */
  email: v.string(),
  /** The outcome of the row. */
  outcome: shown(outcomeNames),
  /** The outcome as a sentence, for a person. */
  message: v.string(),
});

/** About 100 rows, and more where many were read together. A page may be empty and still have a next one. */
const Page = listOf(Entry);

// Functions

/** Lists the rows that have a remark or were not invited, in the order of the file, about 100 at once. */
export const rows = fn(
  "import.rows",
  {
    input: v.strictObject({
      import: Id,
      /** Only rows with this outcome. */
      outcome: v.optional(v.picklist(outcomeNames)),
      cursor: v.optional(Cursor),
    }),
    output: Page,
    failures: [failures.missing, cursorFailures.invalid],
    reads: ({ import: id }, { organization }) => [importKeys.import(organization, id)],
  },
  async ({ import: id, outcome, cursor }, _, [row]) => {
    if (!row) throw failures.missing();
    const scope = `import.rows ${id} ${outcome ?? ""}`;
    const items: v.InferOutput<typeof Entry>[] = [];
    let start = cursor === undefined ? undefined : open(scope, cursor);
    for (let reads = 0; reads < readsPerPage; reads++) {
      const query = {
        ...importKeys.outcomes(id),
        filter: has("notes"),
        limit: tellingsPerRead,
        consistent: true,
        start,
      };
      const page = await table.query(query);
      for (const item of page.items) {
        items.push(...entriesOf(item).filter((entry) => outcome === undefined || entry.outcome === outcome));
        if (items.length >= rowsPerPage) return { items, next: seal(scope, keyOf(item)) };
      }
      start = page.next;
      if (!start) return { items };
    }
    return { items, ...(start && { next: seal(scope, start) }) };
  },
);

/**
 * Returns where to download a report of an import within the next minutes: of all rows, or of those that were not
 * invited.
 */
export const report = fn(
  "import.report",
  {
    input: v.strictObject({
      import: Id,
      /** The rows to list: all of them, or only those that need attention. */
      rows: v.optional(v.picklist(reports), "all"),
    }),
    output: v.object({
      /** The address to download it from within the next minutes. */
      url: v.string(),
    }),
    failures: [failures.missing, failures.unreported, failures.reportless],
    reads: ({ import: id }, { organization }) => [importKeys.import(organization, id)],
  },
  async ({ import: id, rows: kind }, { organization }, [row]) => {
    if (!row) throw failures.missing();
    const { reported, pass, fileName: uploaded } = readOnly(ImportRow, row);
    // threat: a person who asks for a report that will never be made is told to wait forever
    if (reported === 0) throw failures.reportless();
    if (reported !== pass) throw failures.unreported();
    const key = reportKey({ organization, id }, pass, kind);
    const name = uploaded.replace(/\.csv$/i, "");
    const fileName = kind === "all" ? `${name} - report.csv` : `${name} - not invited.csv`;
    return { url: await bucket.presignDownload({ key, lifetimeSeconds: downloadMinutes * minuteSeconds, fileName }) };
  },
);

function entriesOf(row: OutcomeRow): v.InferOutput<typeof Entry>[] {
  const { after, codes, notes } = blockOf(row) ?? { after: 0, codes: "", notes: [] };
  return notes.map((note) => {
    const outcome = outcomeOf(codes[note.row - after - 1] ?? "");
    const { row, line, email } = note;
    return { row, line, email, outcome, message: sentenceOf(outcome, note) };
  });
}

/** Returns the outcome of a row as text. */
export function sentenceOf(
  outcome: Outcome | Unknown,
  { of, about, remarks = [] }: Pick<Note, "of" | "about" | "remarks">,
): string {
  const first =
    outcome === unknown
      ? "A newer release of Muster recorded this result."
      : (wordsOf(outcome, about) ?? outcomes[outcome]);
  const more = of === undefined ? remarks.filter(isRemark).map((remark) => rowRemarks[remark]) : [`See line ${of}.`];
  return [first, ...more].join(" ");
}

/** Names what an outcome is about; earlier releases did not keep it. */
function wordsOf(outcome: Outcome, about: string | undefined): string | undefined {
  if (about === undefined) return undefined;
  if (outcome === "unknown_team") {
    return `Unknown ${about.includes("\n") ? "teams" : "team"}: ${about.replaceAll("\n", ", ")}.`;
  }
  return outcome === "not_allowed" ? limits[about] : aboutText(outcome, about);
}

/** Sentences about a role that is above a limit, by the one whose limit it is. */
const limits: Record<string, string | undefined> = {
  owner: "Only an owner can invite an owner.",
  script: "The import setting of scripts does not allow this role.",
};
