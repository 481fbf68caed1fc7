import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";
import { platforms, wipeReasons } from "./shape.ts";

/** Which device of which member: no name that somebody chose. */
const device = { device: ID.schema("device"), account: ID.schema("account"), platform: known(platforms) };

export const DeviceLinked = Event.define("device.linked", v.object({ ...device, app: v.string() }));
export const DeviceRenamed = Event.define("device.renamed", v.object(device));
/** It gets each change of the settings with the first wave, or does so no longer. */
export const DeviceCanaryChanged = Event.define(
  "device.canary_changed",
  v.object({ ...device, isCanary: v.boolean() }),
);
export const DeviceRevoked = Event.define("device.revoked", v.object({ ...device, reason: known(wipeReasons) }));
/** It has confirmed that it removed everything. */
export const DeviceWiped = Event.define("device.wiped", v.object({ ...device, reason: known(wipeReasons) }));
