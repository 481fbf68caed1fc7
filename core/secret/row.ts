import * as v from "valibot";
import { id, ids, known, row } from "../base/row.ts";
import { checkReasons, checkStatuses, kindNames, statuses, warnings } from "./kind/shape.ts";

/** A sealed version of a secret. Its data key is in a table of its own. */
const version = {
  version: v.number(),
  /** All fields, sealed. */
  sealed: v.string(),
  dataKey: id("dataKey"),
  last4: v.string(),
  fingerprint: v.string(),
  storedAt: v.string(),
  storedBy: v.string(),
};

export const SecretRow = row({
  pk: v.string(),
  sk: id("secret"),
  kind: known(kindNames),
  name: v.string(),
  /** The fields that are not secret, for display only: what is used is what is sealed. */
  details: v.record(v.string(), v.string()),
  // threat: a status of a newer release is taken for enabled
  status: known(statuses, "disabled"),
  /**
   * The teams whose members may use it; without it, everybody may. A deleted team stays, so that nothing opens to
   * others.
   */
  teams: v.optional(ids("team")),
  warning: v.optional(known(Object.keys(warnings))),
  ...version,
  /** The version before, until nobody needs it. */
  previous: v.optional(v.object(version)),
  /** The time the member who entered this version ended to be one. */
  departedAt: v.optional(v.string()),
  /** The newest version that ended devices have, since when, and by which departures: the first few. */
  exposedVersion: v.optional(v.number()),
  exposedAt: v.optional(v.string()),
  exposedBy: v.optional(ids("departure")),
  /** The time a device got it, to the hour. */
  fetchedAt: v.optional(v.string()),
  /** The times versions were replaced, by their numbers: the newest few. */
  replacedAt: v.optional(v.record(v.string(), v.string())),
  /** The last check with the provider, and of which version. */
  check: v.optional(
    v.object({
      version: v.number(),
      status: known(checkStatuses),
      reason: v.optional(known(Object.keys(checkReasons))),
      requestedAt: v.string(),
      requestedBy: v.string(),
      /** The time it was answered. */
      checkedAt: v.optional(v.string()),
    }),
  ),
  revision: v.number(),
  addedAt: v.string(),
  addedBy: v.string(),
  changedAt: v.string(),
  changedBy: v.string(),
});
export type SecretRow = v.InferInput<typeof SecretRow>;
