import * as v from "valibot";
import { id, known } from "../base/row.ts";
import { haltReasons, states } from "./shape.ts";

/** A revision of the settings that reaches devices in waves. It stands on the organization's row, so that a sync reads it there. */
export const Rollout = v.object({
  /** The revision that it is about. */
  revision: v.number(),
  by: id("account"),
  at: v.string(),
  /** What the revision changed, by the names of its patch. Nothing else changes it until the rollout ends. */
  fields: v.array(v.string()),
  /** Which devices each wave adds: those of members of teams, or a share of all, counted from the first. */
  waves: v.array(v.object({ teams: v.optional(v.array(id("team"))), percent: v.optional(v.number()) })),
  /** The wave that is released, from 1. The one after the last of `waves` is everybody. */
  wave: v.number(),
  waveAt: v.string(),
  /** Percent of the released devices on which it must be in force before the next wave. */
  share: v.number(),
  /** Percent of the released devices that may refuse it. */
  maxRefused: v.number(),
  /** Hours in which a wave must reach its share. */
  silenceHours: v.number(),
  state: known(states, "paused"),
  haltReason: v.optional(known(haltReasons, "refusals")),
});
export type Rollout = v.InferInput<typeof Rollout>;
