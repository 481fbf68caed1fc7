import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";

const update = ID.schema("update");
/** Missing for an update to the whole organization. */
const team = v.optional(ID.schema("team"));
/** Those that are mentioned for the first time. */
const mentioned = {
  accounts: v.optional(v.array(ID.schema("account"))),
  teams: v.optional(v.array(ID.schema("team"))),
};

export const UpdateCreated = Event.define("update.created", v.object({ update, team, ...mentioned }));
export const UpdateEdited = Event.define("update.edited", v.object({ update, team, ...mentioned }));
export const UpdateDeleted = Event.define("update.deleted", v.object({ update, team }));
export const UpdateRestored = Event.define("update.restored", v.object({ update, team }));
export const UpdatePinned = Event.define("update.pinned", v.object({ update, team }));
export const UpdateUnpinned = Event.define("update.unpinned", v.object({ update, team }));
const reported = { update, team, comment: v.optional(ID.schema("comment")) };
/** The first report of a text is marked. */
export const UpdateReported = Event.define(
  "update.reported",
  v.object({ ...reported, isFirst: v.optional(v.literal(true)) }),
);
export const UpdateReportsClosed = Event.define(
  "update.reports_closed",
  v.object({ ...reported, outcome: known(["deleted", "dismissed"]), accounts: v.array(ID.schema("account")) }),
);
export const AuthorRemoved = Event.define("update.author_removed", v.object({ account: ID.schema("account") }));
