import * as v from "valibot";
import { id, row } from "../../base/row.ts";

/** The trial of an address: an organization used it, or a checkout holds it. */
export const TrialRow = row({
  pk: id("address"),
  sk: v.literal("#trial"),
  organization: id("organization"),
  customer: v.string(),
  checkout: id("operation"),
  /** The checkout can be paid until then. */
  heldUntil: v.string(),
  /** The time the subscription began. */
  usedAt: v.optional(v.string()),
  /** From then on there is another trial. */
  keptUntil: v.string(),
});
export type TrialRow = v.InferInput<typeof TrialRow>;
