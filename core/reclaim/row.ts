import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { reclaimStates, unusedKinds } from "./shape.ts";

/** The last reclaim of unused seats of an organization: at most one is running. */
export const ReclaimRow = row({
  pk: id("organization"),
  sk: v.literal("#reclaim"),
  id: id("operation"),
  state: known(reclaimStates),
  /**
   * The account that started it; while it runs also its credential and its network address: that account removes what
   * it removes.
   */
  by: id("account"),
  via: v.optional(v.string()),
  ip: v.optional(v.string()),
  startedAt: v.string(),
  /** Members whose last request was on this day or before it. */
  inactiveSince: v.optional(v.string()),
  /** Invitations whose last email was sent then or before. */
  sentUntil: v.optional(v.string()),
  /** Ids of accounts and invitations that are left out. */
  except: v.optional(v.array(v.string())),
  /** The numbers that were reviewed: no more are reclaimed. */
  members: v.number(),
  invitations: v.number(),
  /** True if the subscription loses the seats that it frees. */
  reduces: v.optional(v.literal(true)),
  removed: v.number(),
  revoked: v.number(),
  /** The place where it goes on. */
  walking: known(unusedKinds),
  start: v.optional(v.record(v.string(), v.string())),
  endedAt: v.optional(v.string()),
  /** The change of seats that it made. */
  operation: v.optional(id("operation")),
  /** The seats of the subscription after it, if it reduced them; or the code of the failure for which it did not. */
  seats: v.optional(v.number()),
  failure: v.optional(v.string()),
});
export type ReclaimRow = v.InferInput<typeof ReclaimRow>;
