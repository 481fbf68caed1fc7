import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { haltReasons } from "./shape.ts";

const place = {
  /** The revision that it is about. */
  revision: Integer,
  /** The wave that is released, from 1. */
  wave: Integer,
  /** The number of waves, with the one of everybody. */
  waves: Integer,
};
const counts = {
  /** The devices that the rollout had reached. */
  devices: Integer,
  /** Those on which the change was in force. */
  inForce: Integer,
  /** Those that refused it. */
  refused: Integer,
};

/** A change of the settings is saved that reaches devices in waves. */
export const RolloutStarted = Event.define("rollout.started", v.object(place));
/** No device in contact is in the first wave of a rollout, so that one is chosen for it. */
export const DeviceChosen = Event.define(
  "rollout.device_chosen",
  v.object({
    ...place,
    /** The device. */
    device: ID.schema("device"),
  }),
);
/** Enough of the released devices have a change in force, so the next wave begins. */
export const RolloutAdvanced = Event.define("rollout.advanced", v.object({ ...place, ...counts }));
/** Too many devices refuse a change, or too few have it in force in time. */
export const RolloutHalted = Event.define(
  "rollout.halted",
  v.object({
    ...place,
    ...counts,
    /** The reason: `refusals` or `silence`. */
    reason: known(haltReasons),
    /** The account that started it. */
    account: ID.schema("account"),
  }),
);
/** An owner or admin pauses a rollout. */
export const RolloutPaused = Event.define("rollout.paused", v.object(place));
/** An owner or admin lets a rollout go on that was paused or has halted. */
export const RolloutResumed = Event.define("rollout.resumed", v.object(place));
/** A change has reached all devices. */
export const RolloutFinished = Event.define(
  "rollout.finished",
  v.object({
    ...place,
    /** True if someone released it to everybody before its last wave. */
    isEarly: v.boolean(),
  }),
);
/** An owner or admin gives everything that a rollout changed its former value. */
export const RolloutRolledBack = Event.define(
  "rollout.rolled_back",
  v.object({
    ...place,
    /** The revision with the former values; absent if nothing was left to undo. */
    to: v.optional(Integer),
  }),
);
