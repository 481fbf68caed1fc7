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
  .get("/", query(Comment.list, { id: "listComments" }))
  .post("/", command(Comment.create, { id: "createComment", status: 201 }))
  .patch("/:comment", command(Comment.edit, { id: "editComment" }))
  .delete("/:comment", command(Comment.remove, { id: "deleteComment" }))
  .post("/:comment/restore", command(Comment.restore, { id: "restoreComment" }))
  .post("/:comment/report", command(reportComment, { id: "reportComment" }))
  .post("/:comment/reactions", command(Comment.setReaction, { id: "reactToComment" }));

/** Under an organization. */
export const updates = new Hono<Env>()
  .get("/", query(Feed.list, { id: "listUpdates", filters: ["team"] }))
  .post("/", command(Update.create, { id: "createUpdate", status: 201, filters: ["team"] }))
  .get("/:update", query(Update.get, { id: "getUpdate" }))
  .patch("/:update", command(Update.edit, { id: "editUpdate", etagOf: Update.get }))
  .delete("/:update", command(Removal.remove, { id: "deleteUpdate", etagOf: Update.get }))
  .post("/:update/restore", command(Removal.restore, { id: "restoreUpdate" }))
  .post("/:update/pin", command(Removal.pin, { id: "pinUpdate" }))
  .post("/:update/unpin", command(Removal.unpin, { id: "unpinUpdate" }))
  .post("/:update/report", command(Report.report, { id: "reportUpdate" }))
  .post("/:update/mute", command(mute, { id: "muteUpdate" }))
  .post("/:update/reactions", command(Activity.setReaction, { id: "reactToUpdate" }))
  .get("/:update/reactions", query(Activity.listReactions, { id: "listUpdateReactions" }))
  .get("/:update/seen", query(Activity.listSeen, { id: "listUpdateSeen" }))
  .get("/:update/history", query(Update.history, { id: "listUpdateVersions" }))
  .route("/:update/comments", comments);

/** What concerns a feed as a whole. Under an organization. */
export const feed = new Hono<Env>()
  .get("/export", query(exportEntries, { id: "exportUpdates" }))
  .get("/export/csv", download(exportTable, { id: "exportUpdatesTable", ...csvFile("updates") }))
  .post("/authors/:account/delete", command(removeByAuthor, { id: "deleteUpdatesOfFormerMember" }))
  .get("/reports", query(Report.listReports, { id: "listReports" }))
  .post("/reports/dismiss", command(Report.dismissReports, { id: "dismissReports", filters: ["update", "comment"] }))
  .get("/tags", query(Feed.listTags, { id: "listUpdateTags", filters: ["team"] }))
  .get("/mentionable", query(mentionable, { id: "listMentionable", filters: ["team"] }))
  .get("/news", query(News.news, { id: "getUpdateNews", filters: ["team"] }))
  .post("/visit", command(Activity.visit, { id: "visitUpdates", filters: ["team"] }))
  .post("/seen", command(Activity.markSeen, { id: "markUpdatesSeen" }));
