import * as v from "valibot";
import { failure } from "../kernel/failure.ts";
import * as ID from "../kernel/id.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import { Keys } from "../table/keys.ts";
import { absent, put, when } from "../table/table.ts";

const lifetimeSeconds = 400 * 86_400;
/** Differences that one sweep settles before it takes the cause to be elsewhere. */
export const mostDifferences = 500;
/** Where few organizations are, a few differences are many of a hundred. */
const fewest = 20;
const shareAllowed = 0.01;
const mostListed = 100;

// Shapes

/** What a sweep found, in organizations. */
export const Found = v.object({
  checked: v.number(),
  equal: v.number(),
  repaired: v.number(),
  waiting: v.number(),
  person: v.number(),
});
export type Found = v.InferOutput<typeof Found>;

export type Difference = { organization: string; verdict: string; before?: object; after?: object };
export type Kind = "dirty" | "full";

// Failures

export const failures = {
  braked: failure(
    "conflict",
    "billing.braked",
    "So many organizations differ from Stripe that nothing more is changed.",
  ),
  repeated: failure("conflict", "report.repeated", "This report was written already."),
};

// Functions

/** How many of so many may differ before a sweep stops: one in a hundred, at least a few and never very many. */
export const allowed = (checked: number): number =>
  Math.min(mostDifferences, Math.max(fewest, Math.floor(checked * shareAllowed)));

/** Writes down what a sweep found, for the operator. */
export async function publish(
  kind: Kind,
  found: object,
  differences: readonly Difference[],
  more: { braked?: boolean } = {},
): Promise<void> {
  const at = instant();
  const listed = differences.slice(0, mostListed);
  const item = { kind, at, ...found, ...more, differences: listed, ttl: epoch(lifetimeSeconds) };
  await table.write(put(Keys.report(at, ID.create("report")), item, when(absent, failures.repeated)));
}
