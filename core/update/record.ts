import * as v from "valibot";

const Row = v.record(v.string(), v.unknown());
/** A row before and after a change, and the position of the change in the table's stream. */
export const Record = v.strictObject({ sequence: v.string(), before: v.optional(Row), after: v.optional(Row) });
export type Record = v.InferOutput<typeof Record>;
export const Records = v.strictObject({ records: v.array(Record) });
