import * as v from "valibot";
import { minuteSeconds } from "../base/duration.ts";
import { failure } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import type { WatermarkRow } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { isPastDeadline } from "../kernel/context.ts";
import { fn } from "../kernel/fn.ts";
import { kernelKeys } from "../kernel/keys.ts";
import { Unreadable } from "../kernel/keys-port.ts";
import { instant, keys, table } from "../kernel/ports.ts";
import { pagesOf } from "../kernel/rows.ts";
import { writeUnless } from "../kernel/write-unless.ts";
import { organizationKeys } from "../organization/keys.ts";
import { all, equal, lacks, put, update, when } from "../table/table.ts";
import { wrappedKeys } from "./keys.ts";
import type { DataKeyRow } from "./row.ts";

// A rotation of the wrapping key: the operator starts it, and each run of the clock continues where the last one
// stopped. Data keys are wrapped anew without being shown. Earlier wrapping keys stay, so nothing can be lost by it.

/** The first month in which Muster had organizations. */
const firstMonth = "2026-11";
const deleted = "deleted";
const organizationsPerRead = 50;
/** A request that wraps by the previous key has ended by then, and lists show its organization. */
const waitSeconds = 2 * minuteSeconds;

// Shapes

const Progress = v.object({
  /** Names this rotation. */
  rotation: v.string(),
  startedAt: v.string(),
  /** The time there was a new wrapping key. */
  renewedAt: v.optional(v.string()),
  /** The time every data key had been wrapped by it. */
  finishedAt: v.optional(v.string()),
  rewrapped: v.number(),
  /** Data keys that cannot be unwrapped: they are damaged, or belong elsewhere. */
  unreadable: v.number(),
});
export type Progress = v.InferOutput<typeof Progress>;

// Failures

export const failures = {
  running: failure("conflict", "key.rotating", "A rotation of the wrapping key is running. Wait until it is done."),
  moved: failure("conflict", "key.rotation_moved", "Another run continues this rotation."),
};

// Functions

/** Starts a rotation, which the clock continues. */
export const rotate = fn(
  "key.rotate",
  { input: v.strictObject({}), output: Progress, failures: [failures.running] },
  async () => {
    const mark = await table.get(place());
    const last = progressOf(mark?.pass);
    // threat: a rotation of the wrapping key starts while another one runs
    if (last && !last.finishedAt) throw failures.running();
    const pass: Progress = { rotation: instant(), startedAt: instant(), rewrapped: 0, unreadable: 0 };
    const guard = when(mark?.pass ? equal("pass", mark.pass) : lacks("pass"), failures.running);
    await table.write(put(place(), { pass, month: firstMonth }, guard));
    return pass;
  },
);

/** Shows the last rotation, if there was one. */
export const rotation = fn("key.rotation", { input: v.strictObject({}), output: v.optional(Progress) }, async () =>
  progressOf((await table.get(place()))?.pass),
);

/** Continues a rotation until it is done or the time is over. Repeating any part of it does no harm. */
export const advance = fn(
  "key.advance",
  { input: v.strictObject({}), output: v.object({ rewrapped: v.number() }), failures: [failures.moved] },
  async () => {
    let rewrapped = 0;
    for (;;) {
      const mark = await table.get(place());
      const pass = progressOf(mark?.pass);
      if (!mark?.pass || !pass || pass.finishedAt || isPastDeadline()) return { rewrapped };
      const isSame = when(
        all(equal("pass", mark.pass), mark.month ? equal("month", mark.month) : lacks("month")),
        failures.moved,
      );
      if (!pass.renewedAt) {
        await keys.renew();
        await table.write(update(place(), { set: { pass: { ...pass, renewedAt: instant() } } }, isSame));
        continue;
      }
      // threat: data keys are wrapped anew while requests still wrap by the key before
      if (pass.renewedAt > instant(-waitSeconds)) return { rewrapped };
      const { set, unset } = await rewrapPage(mark, pass);
      rewrapped += set.pass.rewrapped - pass.rewrapped;
      await table.write(update(place(), { set: withoutUndefined(set), unset }, isSame));
    }
  },
);

/** Returns where the rotation goes on after the next organizations of its month. */
async function rewrapPage({ month = firstMonth, start }: WatermarkRow, pass: Progress) {
  const list = month === deleted ? organizationKeys.deletedOrganizations : organizationKeys.organizations(month);
  const { items, next } = await table.query({ list, limit: organizationsPerRead, start });
  const counts = { rewrapped: pass.rewrapped, unreadable: pass.unreadable };
  for (const { pk } of items) {
    const found = await rewrapAll(pk, pass.rotation);
    counts.rewrapped += found.rewrapped;
    counts.unreadable += found.unreadable;
  }
  const isLast = !next && month === deleted;
  return {
    set: {
      pass: { ...pass, ...counts, ...(isLast && { finishedAt: instant() }) },
      month: next ? month : monthAfter(month),
      start: next,
    },
    unset: next ? [] : (["start"] as const),
  };
}

const place = () => kernelKeys.watermark("key.rotation");

function progressOf(pass: unknown): Progress | undefined {
  const result = v.safeParse(Progress, pass);
  return result.success ? result.output : undefined;
}

/** Wraps the data keys of an organization anew, except for those that this rotation has wrapped. */
async function rewrapAll(organization: ID<"organization">, rotation: string) {
  const done = { rewrapped: 0, unreadable: 0 };
  for await (const rows of pagesOf({ ...wrappedKeys.dataKeys(organization), limit: 100, consistent: true })) {
    for (const row of rows) if (row.rotation !== rotation) done[await rewrap(row, rotation)]++;
  }
  return done;
}

/** One that was deleted or wrapped anew since needs nothing. */
async function rewrap({ pk, sk, wrapped: old }: DataKeyRow, rotation: string): Promise<"rewrapped" | "unreadable"> {
  try {
    const wrapped = await keys.rewrap(old, { organization: pk, dataKey: sk });
    const isSame = when(equal("wrapped", old), failures.moved);
    await writeUnless(failures.moved, update(wrappedKeys.dataKey(pk, sk), { set: { wrapped, rotation } }, isSame));
  } catch (error) {
    // threat: a damaged data key ends a rotation of the wrapping key
    if (error instanceof Unreadable) return "unreadable";
    throw error;
  }
  return "rewrapped";
}

/** Deleted organizations come last. */
function monthAfter(month: string): string {
  if (month === deleted) return deleted;
  const [year = 0, number = 0] = month.split("-").map(Number);
  const next = new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 7);
  return next > instant().slice(0, 7) ? deleted : next;
}
