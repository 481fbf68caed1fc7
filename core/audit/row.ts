import * as v from "valibot";
import { id, row } from "../base/row.ts";

const owner = v.union([id("organization"), id("account")]);

/** The head of a log, and the displayed numbers. */
export const StatsRow = row({
  pk: owner,
  sk: v.literal("#stats"),
  seq: v.number(),
  // threat: an event is chained to a head that this release cannot read
  hash: v.string(),
  day: v.string(),
  /** The position up to which reactions were queued. */
  announced: v.optional(v.number()),
  active: v.optional(v.number()),
  pending: v.optional(v.number()),
  /** Seats that are paid or granted, as far as an event has said how many. */
  capacity: v.optional(v.number()),
  owner: v.optional(v.number()),
  admin: v.optional(v.number()),
  write: v.optional(v.number()),
  read: v.optional(v.number()),
});
export type StatsRow = v.InferInput<typeof StatsRow>;

/** The beginning of a day in a log. */
export const DayRow = row({ pk: v.string(), sk: v.string(), seq: v.number(), hash: v.string() });
export type DayRow = v.InferInput<typeof DayRow>;
