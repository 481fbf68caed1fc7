import * as v from "valibot";
import { id, known, readable, row } from "../base/row.ts";
import { haltReasons, states } from "./shape.ts";

/** A revision of the settings that reaches devices in waves. It stands on the organization's row, so that a sync reads it there. */
export const Rollout = v.object({
  /** The revision that it is about. */
  revision: v.number(),
  by: id("account"),
  at: v.string(),
  /**
   * The fields that the revision changed, by the names of its patch. Nothing else changes them until the rollout ends.
   */
  fields: v.array(v.string()),
  /** The devices that each wave adds: those of members of teams, or a share of all, counted from the first. */
  waves: v.array(v.object({ teams: v.optional(v.array(id("team"))), percent: v.optional(v.number()) })),
  /** The wave that is released, from 1. The one after the last of `waves` is everybody. */
  wave: v.number(),
  waveAt: v.string(),
  /** Devices that were chosen for the first wave, because none in contact was in it. */
  chosen: readable(v.array(id("device"))),
  /**
   * The time somebody let this wave go on after a halt. It has its time from then, and waits for the same devices as
   * before.
   */
  resumedAt: v.optional(v.string()),
  /** Percent of the released devices on which it must be in force before the next wave. */
  share: v.number(),
  /** Percent of the released devices that may refuse it. */
  maxRefused: v.number(),
  /** Hours in which a wave must reach its share. */
  silenceHours: v.number(),
  /** Hours for which a wave lasts at least. Those of an earlier release had no such time. */
  minHours: v.optional(v.number()),
  state: known(states, "paused"),
  haltReason: v.optional(known(haltReasons, "refusals")),
});
export type Rollout = v.InferInput<typeof Rollout>;

/** Devices that were linked before a wave and need not wipe themselves. */
export const Counts = v.object({ devices: v.number(), inForce: v.number(), refused: v.number() });
export type Counts = v.InferOutput<typeof Counts>;

/** That an organization has a rollout, in the list of those that the clock checks; and what the last check counted. */
export const RolloutRow = row({
  pk: id("organization"),
  sk: v.literal("#rollout"),
  revision: v.number(),
  /** The devices that each wave adds, the one with everybody last. */
  counts: v.optional(v.array(Counts)),
  countedAt: v.optional(v.string()),
  /** The time the last check began. */
  checkedAt: v.optional(v.string()),
  /** The time the next one begins, if one waits. */
  dueAt: v.optional(v.string()),
});
export type RolloutRow = v.InferInput<typeof RolloutRow>;
