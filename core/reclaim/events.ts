import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";

/** An owner or admin starts to reclaim unused seats. */
export const ReclaimStarted = Event.define(
  "reclaim.started",
  v.object({
    /** The highest number of members to remove. */
    members: Integer,
    /** The highest number of invitations to revoke. */
    invitations: Integer,
    /** True if the subscription is reduced afterwards. */
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
    /** The account that started it. */
    account: ID.schema("account"),
    /** The number of members who were removed. */
    removed: Integer,
    /** The number of invitations that were revoked. */
    revoked: Integer,
    /** `done`, or `stopped`. */
    reason: known(["done", "stopped"]),
    /** The seats of the subscription after it, if it was reduced. */
    seats: v.optional(Integer),
  }),
);
