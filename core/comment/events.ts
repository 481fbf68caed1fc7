import * as v from "valibot";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";

const update = ID.schema("update");
const comment = ID.schema("comment");
/** The team that the update is for. Missing for an update to the whole organization. */
const team = v.optional(ID.schema("team"));
/** Those that are mentioned for the first time. */
const mentioned = {
  accounts: v.optional(v.array(ID.schema("account"))),
  teams: v.optional(v.array(ID.schema("team"))),
};

export const CommentCreated = Event.define(
  "comment.created",
  v.object({ update, comment, team, ...mentioned, replyTo: v.optional(comment) }),
);
export const CommentEdited = Event.define("comment.edited", v.object({ update, comment, team, ...mentioned }));
export const CommentDeleted = Event.define("comment.deleted", v.object({ update, comment, team }));
export const CommentRestored = Event.define("comment.restored", v.object({ update, comment, team }));
