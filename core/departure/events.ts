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
    /** Why: `removed`, `left`, `revoked`, or `token_reused`. */
    reason: known(reasons),
    /** How many devices ended. */
    devices: Integer,
    /** How many API keys that they fetched have to be replaced. */
    secrets: Integer,
  }),
);
