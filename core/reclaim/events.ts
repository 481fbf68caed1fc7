import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";

/** An owner or admin starts to reclaim unused seats. */
export const ReclaimStarted = Event.define(
  "reclaim.started",
  v.object({
    /** How many members are removed at the most. */
    members: Integer,
    /** How many invitations are revoked at the most. */
    invitations: Integer,
    /** Whether the subscription is reduced afterwards. */
    reduces: v.optional(v.boolean()),
  }),
);
/** Someone stops it. */
export const ReclaimCanceled = Event.define("reclaim.canceled", v.object({}));
/**
 * It has reclaimed all seats that are still unused, its author may no longer remove members, or the organization is
 * suspended.
 */
export const ReclaimEnded = Event.define(
  "reclaim.ended",
  v.object({
    /** Who started it. */
    account: ID.schema("account"),
    /** How many members were removed. */
    removed: Integer,
    /** How many invitations were revoked. */
    revoked: Integer,
    /** `done`, or `stopped`. */
    reason: known(["done", "stopped"]),
    /** The seats of the subscription after it, if it was reduced. */
    seats: v.optional(Integer),
  }),
);
