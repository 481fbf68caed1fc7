import * as v from "valibot";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";

/** The update. */
const update = ID.schema("update");
/** The comment. */
const comment = ID.schema("comment");
/** The team that it is for; absent when it is for the whole organization. */
const team = v.optional(ID.schema("team"));
const mentioned = {
  /** Members who are mentioned for the first time; absent when none is. */
  accounts: v.optional(v.array(ID.schema("account"))),
  /** Teams that are mentioned for the first time; absent when none is. */
  teams: v.optional(v.array(ID.schema("team"))),
};

/** Someone comments on an update, or answers a comment. */
export const CommentCreated = Event.define(
  "comment.created",
  v.object({
    update,
    comment,
    team,
    ...mentioned,
    /** The comment that it answers, if it does. */
    replyTo: v.optional(comment),
  }),
);
/** A comment is changed. */
export const CommentEdited = Event.define("comment.edited", v.object({ update, comment, team, ...mentioned }));
/** A comment is deleted. */
export const CommentDeleted = Event.define("comment.deleted", v.object({ update, comment, team }));
/** A deleted comment is restored. */
export const CommentRestored = Event.define("comment.restored", v.object({ update, comment, team }));
