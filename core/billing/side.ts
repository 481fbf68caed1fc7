import { withoutUndefined } from "../base/without-undefined.ts";
import type { Mirror } from "./row.ts";
import type { Side } from "./shape.ts";
import { graceUntil as graceUntilOf, type Judgement } from "./standing.ts";

// What an event tells of an organization's payment before and after it.

// Functions

export function sideOf(
  mirror: Mirror | undefined,
  { standing, capacity }: Pick<Judgement, "standing" | "capacity">,
): Side {
  const { status, quantity, cancelAt, endedAt } = mirror ?? {};
  const graceUntil = standing === "canceled" && endedAt ? graceUntilOf(endedAt) : undefined;
  return { standing, capacity, ...withoutUndefined({ status, quantity, cancelAt, graceUntil }) };
}
