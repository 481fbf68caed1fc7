import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";

/** The update. */
const update = ID.schema("update");
/** The team that it is for; absent when it is for the whole organization. */
const team = v.optional(ID.schema("team"));
const mentioned = {
  /** Members who are mentioned for the first time; absent when none is. */
  accounts: v.optional(v.array(ID.schema("account"))),
  /** Teams that are mentioned for the first time; absent when none is. */
  teams: v.optional(v.array(ID.schema("team"))),
};
const reported = {
  update,
  team,
  /** The comment; absent when the update itself is reported. */
  comment: v.optional(ID.schema("comment")),
};

/** An update is posted. */
export const UpdateCreated = Event.define("update.created", v.object({ update, team, ...mentioned }));
/** An update is changed. */
export const UpdateEdited = Event.define("update.edited", v.object({ update, team, ...mentioned }));
/** An update is deleted. It is erased when it can no longer be restored. */
export const UpdateDeleted = Event.define("update.deleted", v.object({ update, team }));
/** A deleted update is restored. */
export const UpdateRestored = Event.define("update.restored", v.object({ update, team }));
/** An update is pinned. */
export const UpdatePinned = Event.define("update.pinned", v.object({ update, team }));
/** An update is unpinned. */
export const UpdateUnpinned = Event.define("update.unpinned", v.object({ update, team }));
/** A member reports an update or a comment to owners and admins. */
export const UpdateReported = Event.define(
  "update.reported",
  v.object({
    ...reported,
    /** `true` for the first report since a decision; absent for further ones. */
    isFirst: v.optional(v.literal(true)),
  }),
);
/** The reports of an update or a comment are dismissed, or it was deleted and can no longer be restored. */
export const UpdateReportsClosed = Event.define(
  "update.reports_closed",
  v.object({
    ...reported,
    /** `dismissed` or `deleted`. */
    outcome: known(["deleted", "dismissed"]),
    /** The accounts that had reported it. */
    accounts: v.array(ID.schema("account")),
  }),
);
/** All updates and comments of a former member are deleted. */
export const AuthorRemoved = Event.define(
  "update.author_removed",
  v.object({
    /** The author of them. */
    account: ID.schema("account"),
  }),
);
