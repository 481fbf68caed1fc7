import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";
import { platforms, wipeReasons } from "./shape.ts";

// no name that somebody chose
const device = {
  /** The device. */
  device: ID.schema("device"),
  /** The account of the member. */
  account: ID.schema("account"),
  /** The platform that it runs on. */
  platform: known(platforms),
};

/** A member links a device. */
export const DeviceLinked = Event.define(
  "device.linked",
  v.object({
    ...device,
    /** The client, as it calls itself. */
    app: v.string(),
  }),
);
/** A member renames a device. */
export const DeviceRenamed = Event.define("device.renamed", v.object(device));
/** A member, an owner, or an admin makes a device a canary, or ends that. */
export const DeviceCanaryChanged = Event.define(
  "device.canary_changed",
  v.object({
    ...device,
    /** True if it is one now, and so gets each change of the settings with the first wave. */
    isCanary: v.boolean(),
  }),
);
/** A member, an owner, or an admin revokes a device, or an old token of it was used again. */
export const DeviceRevoked = Event.define(
  "device.revoked",
  v.object({
    ...device,
    /** The reason: `revoked` or `token_reused`. */
    reason: known(wipeReasons),
  }),
);
/** A device confirms that it has removed everything that it got. */
export const DeviceWiped = Event.define(
  "device.wiped",
  v.object({
    ...device,
    /** The reason for the wipe. */
    reason: known(wipeReasons),
  }),
);
