import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";

/** Somebody starts to reclaim unused seats, of so many members and invitations at the most. */
export const ReclaimStarted = Event.define(
  "reclaim.started",
  v.object({ members: Integer, invitations: Integer, reduces: v.optional(v.boolean()) }),
);
export const ReclaimCanceled = Event.define("reclaim.canceled", v.object({}));
/** It has ended: so many were removed and revoked. */
export const ReclaimEnded = Event.define(
  "reclaim.ended",
  v.object({
    account: ID.schema("account"),
    removed: Integer,
    revoked: Integer,
    reason: known(["done", "stopped"]),
    seats: v.optional(Integer),
  }),
);
