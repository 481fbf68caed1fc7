import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { reasons } from "./shape.ts";

/** A moment after a member with devices left or was removed, or a device was revoked. */
export const DepartureRecorded = Event.define(
  "departure.recorded",
  v.object({
    /** The departure. */
    departure: ID.schema("departure"),
    /** The account whose devices ended. */
    account: ID.schema("account"),
    /** The reason: `removed`, `left`, `revoked`, or `token_reused`. */
    reason: known(reasons),
    /** The number of devices that ended. */
    devices: Integer,
    /** The number of API keys that they fetched and that have to be replaced. */
    secrets: Integer,
  }),
);
