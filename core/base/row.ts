import * as v from "valibot";
import * as ID from "./id.ts";

// Each noun declares its rows once, in its row.ts. The input type of a shape is what this release writes and decides
// by. Its output type is what a table may return that a newer release has written to.

/** Attributes that the table adds to a row: its place in the index, the stream consumer, its time to live. */
const placement = {
  list: v.optional(v.string()),
  rank: v.optional(v.string()),
  stream: v.optional(v.string()),
  ttl: v.optional(v.number()),
};

/** Declares what rows of one kind hold, keys included. Other attributes are kept and ignored. */
export const row = <const E extends v.ObjectEntries>(entries: E) => v.object({ ...placement, ...entries });

/** An id, as a key segment or an attribute. */
export const id = <N extends ID.Noun>(noun: N) => v.custom<ID.ID<N>>((value) => ID.is(noun, value));

/** Several ids. A row never holds an empty set. */
export const ids = <N extends ID.Noun>(noun: N) =>
  v.custom<ReadonlySet<ID.ID<N>>>((value) => value instanceof Set && [...value].every((one) => ID.is(noun, one)));

export const unknown = "unknown";
export type Unknown = typeof unknown;

let unknownValues = 0;
/** Returns how many unknown values this release has met so far. */
export const countUnknown = (): number => unknownValues;

/** One of the values that this release knows. Any other text is read as `unknown`, or as the given fallback. */
export function known<const T extends string>(values: readonly T[]): v.GenericSchema<T, T | Unknown>;
export function known<const T extends string>(values: readonly T[], otherwise: NoInfer<T>): v.GenericSchema<T>;
export function known(values: readonly string[], otherwise: string = unknown): v.GenericSchema<string> {
  const schema = v.picklist([...new Set([...values, otherwise])]);
  return {
    ...schema,
    "~run": (dataset, config) => {
      if (typeof dataset.value !== "string" || values.includes(dataset.value)) return schema["~run"](dataset, config);
      unknownValues++;
      return schema["~run"]({ value: otherwise }, config);
    },
  };
}

/** A field within an attribute: where this release cannot read it, it is missing. */
export const readable = <const S extends v.GenericSchema>(schema: S) =>
  v.optional(
    v.fallback(v.optional(schema), () => {
      unknownValues++;
      return undefined;
    }),
  );

/** The same in an answer: one of the values, or `unknown` if a newer release has written another. */
export const shown = <const T extends readonly string[]>(values: T) => v.picklist([...values, unknown]);

const event = {
  type: v.string(),
  at: v.string(),
  actor: v.string(),
  /** The credential that was used. */
  via: v.optional(v.string()),
  ip: v.optional(v.string()),
  data: v.record(v.string(), v.unknown()),
};
/** An event in the outbox. */
export const EventRow = row({ pk: v.string(), sk: id("event"), ...event });
export type EventRow = v.InferInput<typeof EventRow>;

/** The same at its position in the log, chained to the previous one. */
export const LoggedRow = row({ pk: v.string(), sk: v.string(), id: id("event"), ...event, hash: v.string() });
export type LoggedRow = v.InferInput<typeof LoggedRow>;

/** Progress of a scheduled job. Each job keeps what it needs. */
export const WatermarkRow = row({
  pk: v.literal("#clock"),
  sk: v.string(),
  at: v.optional(v.string()),
  until: v.optional(v.string()),
  month: v.optional(v.string()),
  start: v.optional(v.record(v.string(), v.string())),
  account: v.optional(v.record(v.string(), v.string())),
  /** The number of organizations that this pass has visited, and that the last one did. */
  visited: v.optional(v.number()),
  total: v.optional(v.number()),
  pass: v.optional(v.record(v.string(), v.unknown())),
});
export type WatermarkRow = v.InferInput<typeof WatermarkRow>;

/** The stored answer of a request with an Idempotency-Key. */
export const RequestRow = row({
  /** An account, or a network without a session. */
  pk: v.string(),
  sk: v.string(),
  fingerprint: v.string(),
  /** Missing while the request is under way; null if it has no answer. */
  answer: v.optional(v.unknown()),
  session: v.optional(v.string()),
  expiresAt: v.string(),
});
export type RequestRow = v.InferInput<typeof RequestRow>;
