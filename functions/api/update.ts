import * as Comment from "@muster/core/comment/comment.ts";
import { report as reportComment } from "@muster/core/comment/report.ts";
import * as Activity from "@muster/core/update/activity.ts";
import { removeByAuthor } from "@muster/core/update/author.ts";
import { exportEntries, exportTable } from "@muster/core/update/export.ts";
import * as Feed from "@muster/core/update/feed.ts";
import { mentionable } from "@muster/core/update/mentionable.ts";
import { mute } from "@muster/core/update/mute.ts";
import * as News from "@muster/core/update/news.ts";
import * as Removal from "@muster/core/update/remove.ts";
import * as Report from "@muster/core/update/report.ts";
import * as Update from "@muster/core/update/update.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { command, download, query } from "./operation.ts";

/** Under an update. */
const comments = new Hono<Env>()
  /** List comments. Oldest first. */
  .get("/", query(Comment.list, { id: "listComments" }))
  /** Comment on an update. Or answer a comment. Up to {rate.comments} an hour. */
  .post("/", command(Comment.create, { id: "createComment", status: 201 }))
  /** Edit a comment. */
  .patch("/:comment", command(Comment.edit, { id: "editComment" }))
  /** Delete a comment. It can be restored for {update.undoMinutes} minutes. */
  .delete("/:comment", command(Comment.remove, { id: "deleteComment" }))
  /** Restore a comment. Within {update.undoMinutes} minutes of its deletion. */
  .post("/:comment/restore", command(Comment.restore, { id: "restoreComment" }))
  /** Report a comment. Like an update. */
  .post("/:comment/report", command(reportComment, { id: "reportComment" }))
  /** React to a comment. Adds one of the emoji, or removes it. */
  .post("/:comment/reactions", command(Comment.setReaction, { id: "reactToComment" }));

/** Under an organization. */
export const updates = new Hono<Env>()
  /**
   * List updates. Newest first. By default of everything that concerns you: the organization and your own teams. A
   * text that is longer than 500 characters is cut; get the update to read it whole.
   */
  .get("/", query(Feed.list, { id: "listUpdates", filters: ["team"] }))
  /**
   * Post an update. To the organization, or to a team that you are in; owners and admins post to any. The text is
   * Markdown. A mention is `@` and the id of a member or a team, at most {update.maxMentions} in a text. Up to
   * {rate.updates} an hour.
   */
  .post("/", command(Update.create, { id: "createUpdate", status: 201, filters: ["team"] }))
  /** Get an update. With its whole text. */
  .get("/:update", query(Update.get, { id: "getUpdate" }))
  /** Edit an update. Fields that you leave out keep their values. What it said before stays in its history. */
  .patch("/:update", command(Update.edit, { id: "editUpdate", etagOf: Update.get }))
  /**
   * Delete an update. It can be restored for {update.undoMinutes} minutes. Then it is erased with its comments and
   * reactions.
   */
  .delete("/:update", command(Removal.remove, { id: "deleteUpdate", etagOf: Update.get }))
  /** Restore an update. Within {update.undoMinutes} minutes of its deletion. */
  .post("/:update/restore", command(Removal.restore, { id: "restoreUpdate" }))
  /** Pin an update. At most {update.maxPins} in the organization, and in each team. */
  .post("/:update/pin", command(Removal.pin, { id: "pinUpdate" }))
  /** Unpin an update. */
  .post("/:update/unpin", command(Removal.unpin, { id: "unpinUpdate" }))
  /** Report an update. To owners and admins, once. Up to {rate.reports} reports an hour. */
  .post("/:update/report", command(Report.report, { id: "reportUpdate" }))
  /**
   * Mute an update. While it is muted, its comments and answers do not notify you. Mentions of you, or of a team of
   * yours, still do. Only you know.
   */
  .post("/:update/mute", command(mute, { id: "muteUpdate" }))
  /** React to an update. Adds one of the emoji, or removes it. */
  .post("/:update/reactions", command(Activity.setReaction, { id: "reactToUpdate" }))
  /**
   * List reactions. The members who added emoji to an update, each with their emoji, in the order of their accounts.
   */
  .get("/:update/reactions", query(Activity.listReactions, { id: "listUpdateReactions" }))
  /** List who has seen an update. In the order of their accounts. */
  .get("/:update/seen", query(Activity.listSeen, { id: "listUpdateSeen" }))
  /** List versions of an update. Its texts before each of its last 20 edits, newest first. */
  .get("/:update/history", query(Update.history, { id: "listUpdateVersions" }))
  .route("/:update/comments", comments);

/** Routes of a feed as a whole. Under an organization. */
export const feed = new Hono<Env>()
  /**
   * Export updates. All updates with their comments: those of the organization, then team by team, newest first. Each
   * comment follows its update, oldest first. Also where updates are turned off.
   */
  .get("/export", query(exportEntries, { id: "exportUpdates" }))
  /**
   * Export updates as CSV. The same as a table. The file comes in parts; `Link` names the next one, and all parts
   * joined in order are the file. Names stand in place of the ids that texts mention.
   */
  .get("/export/csv", download(exportTable, { id: "exportUpdatesTable", ...csvFile("updates") }))
  /**
   * Delete what a former member wrote. All updates and comments, in the organization and in its teams, shortly after
   * the answer. Updates can be restored one by one for {update.undoMinutes} minutes. The texts of comments are gone
   * at once. Also where updates are turned off.
   */
  .post("/authors/:account/delete", command(removeByAuthor, { id: "deleteUpdatesOfFormerMember" }))
  /**
   * List reports. The updates and comments that members have reported and nobody has decided about, the newest update
   * first.
   */
  .get("/reports", query(Report.listReports, { id: "listReports" }))
  /**
   * Dismiss reports. All of an update, or of a comment. Those who reported it are notified. To decide otherwise,
   * delete it: they are notified when it can no longer be restored.
   */
  .post("/reports/dismiss", command(Report.dismissReports, { id: "dismissReports", filters: ["update", "comment"] }))
  /**
   * List tags. Tags in use that begin like what was typed, in alphabetical order. By default of everything that
   * concerns you: the organization and your own teams.
   */
  .get("/tags", query(Feed.listTags, { id: "listUpdateTags", filters: ["team"] }))
  /**
   * List who can be mentioned. Members first, then teams that the mention would notify, by how words of their names
   * begin. In a private team only its members.
   */
  .get("/mentionable", query(mentionable, { id: "listMentionable", filters: ["team"] }))
  /**
   * Check a feed for changes. Cheap enough to ask every few seconds. Send the ETag as `If-None-Match`: 304 means that
   * nothing has changed.
   */
  .get("/news", query(News.news, { id: "getUpdateNews", filters: ["team"] }))
  /** Record a visit of a feed. What is posted later is new at your next visit. */
  .post("/visit", command(Activity.visit, { id: "visitUpdates", filters: ["team"] }))
  /** Mark updates as seen. Updates that are not there are passed over. */
  .post("/seen", command(Activity.markSeen, { id: "markUpdatesSeen" }));
