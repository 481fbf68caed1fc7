import * as v from "valibot";
import { defined, type Mirror } from "./row.ts";
import { graceUntil as graceUntilOf, type Judgement } from "./standing.ts";

// What an event tells of an organization's payment before and after it.

// Shapes

export const Side = v.object({
  status: v.optional(v.string()),
  quantity: v.optional(v.number()),
  standing: v.string(),
  capacity: v.number(),
  /** When the subscription ends, where that is decided. */
  cancelAt: v.optional(v.string()),
  /** When the time of grace after it is over. */
  graceUntil: v.optional(v.string()),
});
export type Side = v.InferOutput<typeof Side>;

// Functions

export function sideOf(
  mirror: Mirror | undefined,
  { standing, capacity }: Pick<Judgement, "standing" | "capacity">,
): Side {
  const { status, quantity, cancelAt, endedAt } = mirror ?? {};
  const graceUntil = standing === "canceled" && endedAt ? graceUntilOf(endedAt) : undefined;
  return { standing, capacity, ...defined({ status, quantity, cancelAt, graceUntil }) };
}
