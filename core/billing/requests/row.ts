import * as v from "valibot";
import { id, known, row } from "../../base/row.ts";
import { requestStates } from "./shape.ts";

/** The last request for seats of a member: at most one is open. */
export const SeatRequestRow = row({
  pk: v.string(),
  sk: id("account"),
  seats: v.number(),
  /** The purpose of the seats. */
  note: v.string(),
  state: known(requestStates),
  requestedAt: v.string(),
  expiresAt: v.string(),
  /** The account that approved or declined it, and the reason it was declined. */
  by: v.optional(id("account")),
  reason: v.optional(v.string()),
  /** The change of seats that an approval has begun. */
  operation: v.optional(id("operation")),
});
export type SeatRequestRow = v.InferInput<typeof SeatRequestRow>;
