import * as v from "valibot";
import { id, known, row } from "../base/row.ts";
import { reasons } from "./shape.ts";

/**
 * A member who is no longer one, or a device that was revoked. What their devices fetched, and whether they confirmed
 * their wipe, is in rows of the devices, which change no more or only for the better.
 */
export const DepartureRow = row({
  /** The organization's departures: `org_X#dep`. */
  pk: v.string(),
  sk: id("departure"),
  account: id("account"),
  /** By which the organization remembers the person, as long as it does. */
  invitation: v.optional(id("invitation")),
  reason: known(reasons, "removed"),
  at: v.string(),
  /** Missing if it was a job of the deployment. */
  by: v.optional(id("account")),
  devices: v.array(id("device")),
  /** The API keys to replace, each with the version that the devices had. */
  secrets: v.record(v.string(), v.number()),
});
export type DepartureRow = v.InferInput<typeof DepartureRow>;
