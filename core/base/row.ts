import * as v from "valibot";
import * as ID from "./id.ts";

// What rows hold is declared once, in the row.ts of their noun. The input type of a shape is what this release writes and decides by; its
// output type is what may come out of a table that a newer release has written to.

/** What the table itself keeps with a row: its place in the index, the consumer of the stream, its time to live. */
const placement = {
  list: v.optional(v.string()),
  rank: v.optional(v.string()),
  stream: v.optional(v.string()),
  ttl: v.optional(v.number()),
};

/** Declares what rows of one kind hold, keys included. Attributes that are not declared are kept and passed over. */
export const row = <const E extends v.ObjectEntries>(entries: E) => v.object({ ...placement, ...entries });

/** An id as a key segment or an attribute. */
export const id = <N extends ID.Noun>(noun: N) => v.custom<ID.ID<N>>((value) => ID.is(noun, value));

/** The ids of several things; no row keeps an empty set. */
export const ids = <N extends ID.Noun>(noun: N) =>
  v.custom<ReadonlySet<ID.ID<N>>>((value) => value instanceof Set && [...value].every((one) => ID.is(noun, one)));

export const unknown = "unknown";
export type Unknown = typeof unknown;

let unknownValues = 0;
/** How many values `known` has not known so far. */
export const countUnknown = (): number => unknownValues;

/** One of the values that this release knows; any other text is read as `unknown`, or as the value that stands for it. */
export function known<const T extends string>(values: readonly T[]): v.GenericSchema<T, T | Unknown>;
export function known<const T extends string>(values: readonly T[], otherwise: NoInfer<T>): v.GenericSchema<T>;
export function known(values: readonly string[], otherwise: string = unknown): v.GenericSchema<string> {
  return v.pipe(
    v.string(),
    v.transform((text) => {
      if (values.includes(text)) return text;
      unknownValues++;
      return otherwise;
    }),
  );
}

/** The same in an answer: one of the values, or `unknown` where a newer release has written another. */
export const shown = <const T extends readonly string[]>(values: T) => v.picklist([...values, unknown]);

/** How far a job of the schedule has come; each keeps what it needs. */
export const WatermarkRow = row({
  pk: v.literal("#clock"),
  sk: v.string(),
  at: v.optional(v.string()),
  until: v.optional(v.string()),
  month: v.optional(v.string()),
  start: v.optional(v.record(v.string(), v.string())),
  account: v.optional(v.record(v.string(), v.string())),
  pass: v.optional(v.record(v.string(), v.unknown())),
});
export type WatermarkRow = v.InferInput<typeof WatermarkRow>;

/** What a request that was named by an Idempotency-Key was answered. */
export const RequestRow = row({
  /** An account, or a network that has no session. */
  pk: v.string(),
  sk: v.string(),
  fingerprint: v.string(),
  /** Nothing while the request is under way; null where nothing is answered. */
  answer: v.optional(v.unknown()),
  session: v.optional(v.string()),
  expiresAt: v.string(),
});
export type RequestRow = v.InferInput<typeof RequestRow>;
