import * as v from "valibot";
import { daySeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { fn } from "../kernel/fn.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import { rowsOf } from "../kernel/rows.ts";
import { type Read, readAll, readOnly } from "../kernel/stored.ts";
import { absent, type Put, put, when } from "../table/table.ts";
import { billingKeys } from "./keys.ts";
import { reportDays } from "./limits.ts";
import { Difference, DifferencesRow, ReportRow, reportKinds } from "./row.ts";

const lifetimeSeconds = reportDays * daySeconds;
/** The number of differences that one sweep corrects before it assumes another cause. */
export const maxDifferences = 500;
/** The number that an operator who knows the cause may allow. */
export const maxEver = 2_000;
/** With few organizations, a few differences are a large percentage. */
const fewest = 20;
const shareAllowed = 0.01;
const maxListed = 100;
const differencesPerRow = 100;

// Shapes

/** The number of differences that may be corrected at once; an operator may allow more than usual. */
export const MaxDifferences = v.pipe(
  v.number(),
  v.integer("Expected a whole number."),
  v.minValue(0),
  v.maxValue(maxEver, `At most ${maxEver} differences at once.`),
);

/** The results of a sweep, in organizations. */
export const Found = v.object({
  checked: v.number(),
  equal: v.number(),
  repaired: v.number(),
  /** Repaired too, and only time or a release explains it. */
  expected: v.number(),
  waiting: v.number(),
  attention: v.number(),
  /** The time that the oldest marker has waited, except for a payment or its organization. */
  oldestSeconds: v.number(),
});
export type Found = v.InferOutput<typeof Found>;

export type Kind = Exclude<(typeof reportKinds)[number], "reset">;

/**
 * A sweep in the list: `dirty` reconciled what was marked, `full` compared everything. `release` is a reset of the
 * breaker.
 */
export const Info = v.object({
  id: ID.schema("report"),
  kind: shown(reportKinds),
  at: v.string(),
  /** It stopped because too much differed. */
  tripped: v.boolean(),
  counts: v.record(v.string(), v.number()),
  /** The operator who reset the breaker. */
  by: v.optional(v.string()),
});
export type Info = v.InferOutput<typeof Info>;

// Failures

export const failures = {
  repeated: failure("conflict", "report.repeated", "This report already exists."),
  missing: failure("missing", "report.missing", "Report not found."),
};

// Functions

/** Lists reports of this month and the last, the newest 100 first. A sweep that found nothing has none. */
export const reports = fn(
  "billing.reports",
  { input: v.strictObject({}), output: v.object({ items: v.array(Info) }) },
  async () => {
    const items: ReportRow[] = [];
    for (const month of [monthOf(instant()), monthOf(`${monthOf(instant())}-01`, -1)]) {
      const query = { ...billingKeys.reports(month), newestFirst: true, limit: maxListed, consistent: true };
      items.push(...(await table.query(query)).items);
    }
    return { items: readAll(ReportRow, items.slice(0, maxListed)).map(describe) };
  },
);

/** Returns one report with all differences. */
export const report = fn(
  "billing.report",
  {
    input: v.strictObject({ report: ID.schema("report") }),
    output: v.object({ ...Info.entries, differences: v.array(Difference) }),
    failures: [failures.missing],
    reads: ({ report: id }) => [billingKeys.report(id)],
  },
  async ({ report: id }, _, [row]) => {
    if (!row) throw failures.missing();
    const rows = await rowsOf({ ...billingKeys.differencesOf(id), consistent: true });
    const differences = readAll(DifferencesRow, rows).flatMap((part) => part.differences);
    return { ...describe(readOnly(ReportRow, row)), differences };
  },
);

// For the sweeps

/** Returns how many of so many may differ before a sweep stops: one in a hundred, with a minimum and a maximum. */
export const allowed = (checked: number): number =>
  Math.min(maxDifferences, Math.max(fewest, Math.floor(checked * shareAllowed)));

/**
 * Writes what a sweep found, for the operator: its differences first, so that a report is always complete. One that
 * stopped trips the breaker.
 */
export async function publish(
  kind: Kind,
  counts: Readonly<Record<string, number>>,
  differences: readonly Difference[],
  { tripped = false } = {},
): Promise<void> {
  const id = ID.create("report");
  const ttl = epoch(lifetimeSeconds);
  const first = when(absent, failures.repeated);
  // threat: a report leaves differences out
  for (let part = 0; part * differencesPerRow < differences.length; part++) {
    const some = differences.slice(part * differencesPerRow, (part + 1) * differencesPerRow);
    await table.write(put(billingKeys.differences(id, part), { differences: some, ttl }, first));
  }
  // threat: the sweep after one that stopped repairs on
  const hold = tripped ? [put(billingKeys.breaker(), { report: id, at: instant() })] : [];
  await table.write(list(id, { kind, tripped, counts }), ...hold);
}

/** Returns the step that lists a report. */
export const list = (id: ID.ID<"report">, item: Omit<ReportRow, "pk" | "sk" | "at" | "ttl">): Put =>
  put(billingKeys.report(id), { ...item, at: instant(), ttl: epoch(lifetimeSeconds) }, when(absent, failures.repeated));

function describe({ sk: id, kind, at, tripped, counts, by }: Read<typeof ReportRow>): Info {
  return { id, kind, at, tripped, counts, ...(by !== undefined && { by }) };
}

/** Returns a month, or the one so many months later. */
function monthOf(at: string, by = 0): string {
  const [year = 0, month = 1] = at.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + by)).toISOString().slice(0, 7);
}
