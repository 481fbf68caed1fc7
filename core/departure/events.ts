import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { reasons } from "./shape.ts";

/** Devices of a person have ended. `devices` and `secrets` are numbers: of devices, and of API keys to replace. */
export const DepartureRecorded = Event.define(
  "departure.recorded",
  v.object({
    departure: ID.schema("departure"),
    account: ID.schema("account"),
    reason: known(reasons),
    devices: Integer,
    secrets: Integer,
  }),
);
