import * as v from "valibot";
import { id, row } from "../base/row.ts";

/** The kinds of things that the report of a purge counts. */
export const kinds = [
  "dataKeys",
  "objects",
  "imports",
  "notifications",
  "requests",
  "members",
  "addresses",
  "searchRows",
  "cohorts",
  "timers",
  "updates",
  "teams",
  "settings",
  "secrets",
  "devices",
  "departures",
  "domains",
  "markers",
  "events",
  "others",
] as const;
export type Kind = (typeof kinds)[number];

const counts = v.record(v.string(), v.optional(v.number()));

/** The progress of a purge. `step` counts its writes, `removed` what its round has found. */
export const PurgingRow = row({
  pk: id("organization"),
  sk: v.literal("#purging"),
  step: v.number(),
  round: v.number(),
  removed: v.number(),
  phase: v.string(),
  place: v.record(v.string(), v.unknown()),
  counts,
  begunAt: v.string(),
  movedAt: v.string(),
});
export type PurgingRow = v.InferInput<typeof PurgingRow>;

/** The record of a purged organization. */
export const PurgedRow = row({
  pk: id("organization"),
  sk: v.literal("#purged"),
  deletedAt: v.string(),
  begunAt: v.string(),
  purgedAt: v.string(),
  counts,
});
export type PurgedRow = v.InferInput<typeof PurgedRow>;
