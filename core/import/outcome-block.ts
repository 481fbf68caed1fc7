import { implied } from "../base/failure.ts";
import type * as ID from "../base/id.ts";
import { unknown } from "../base/row.ts";
import { rowsOf } from "../kernel/rows.ts";
import { read, reportFaults } from "../kernel/stored.ts";
import { importKeys } from "./keys.ts";
import { isRemark, type Note, outcomeOf, unpackNotes } from "./outcome.ts";
import { OutcomeRow } from "./row.ts";

/** The outcomes of some rows, beginning with the first after `after`, one code each. */
export type OutcomeBlock = { after: number; codes: string; notes: Note[] };

/** Reads a block tolerantly, without notes that this release cannot read. Reports what it does not know as a fault. */
export function blockOf(row: OutcomeRow): OutcomeBlock | undefined {
  const block = unpack(row);
  if (!block) return undefined;
  const { codes, notes } = block;
  if ([...codes].some((code) => outcomeOf(code) === unknown)) reportFaults(row, ["codes"]);
  if (!notes?.every(({ remarks = [] }) => remarks.every(isRemark))) reportFaults(row, ["notes"]);
  return { ...block, notes: notes ?? [] };
}

/** Returns the outcomes of the rows after `from` through `to`. */
export const blocksOf = async (id: ID.ID<"import">, from: number, to: number): Promise<OutcomeBlock[]> =>
  (await rowsBetween(id, from, to)).flatMap((row) => blockOf(row) ?? []);

/** The same, to write them again. @throws row.unreadable if notes would be lost */
export const blocksToChange = async (id: ID.ID<"import">, from: number, to: number): Promise<OutcomeBlock[]> =>
  (await rowsBetween(id, from, to)).map((row) => {
    const block = unpack(row);
    // threat: another pass writes over notes of a newer release
    if (!block?.notes) {
      reportFaults(row, ["notes"]);
      throw implied.unreadable();
    }
    return { ...block, notes: block.notes };
  });

const rowsBetween = async (id: ID.ID<"import">, from: number, to: number): Promise<OutcomeRow[]> =>
  to === from ? [] : rowsOf({ ...importKeys.outcomesBetween(id, from, to), consistent: true });

function unpack(row: OutcomeRow) {
  const found = read(OutcomeRow, row);
  return found && { after: Number(found.sk.slice("out#".length)), codes: found.codes, notes: unpackNotes(found.notes) };
}
