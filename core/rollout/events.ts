import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { haltReasons } from "./shape.ts";

/** Which revision, the wave that is released, and how many there are with the one of everybody. */
const place = { revision: Integer, wave: Integer, waves: Integer };
/** Released devices: all, those on which it is in force, and those that refuse it. */
const counts = { devices: Integer, inForce: Integer, refused: Integer };

export const RolloutStarted = Event.define("rollout.started", v.object(place));
/** No device in contact was in the first wave, so that it got this one. */
export const DeviceChosen = Event.define("rollout.device_chosen", v.object({ ...place, device: ID.schema("device") }));
export const RolloutAdvanced = Event.define("rollout.advanced", v.object({ ...place, ...counts }));
export const RolloutHalted = Event.define(
  "rollout.halted",
  v.object({ ...place, ...counts, reason: known(haltReasons), account: ID.schema("account") }),
);
export const RolloutPaused = Event.define("rollout.paused", v.object(place));
export const RolloutResumed = Event.define("rollout.resumed", v.object(place));
/** It has reached everybody: after its last wave, or because somebody did not wait for that. */
export const RolloutFinished = Event.define("rollout.finished", v.object({ ...place, isEarly: v.boolean() }));
/** `to` is the revision with the former values; missing if nothing was left to undo. */
export const RolloutRolledBack = Event.define("rollout.rolled_back", v.object({ ...place, to: v.optional(Integer) }));
