import {
  commentsPerHour,
  maxMentions,
  maxPins,
  reportsPerHour,
  undoMinutes,
  updatesPerHour,
} from "@muster/core/update/limits.ts";
import type { OperationText } from "./openapi-text-shape.ts";

const places = "By default of everything that concerns you: the organization and your own teams.";

export const updateTexts: Record<string, OperationText> = {
  // Updates
  listUpdates: {
    summary: "List updates",
    description: `Newest first. ${places} A text that is longer than 500 characters is cut; get the update to read it whole.`,
  },
  createUpdate: {
    summary: "Post an update",
    description: `To the organization, or to a team that you are in; owners and admins post to any. The text is Markdown. A mention is \`@\` and the id of a member or a team, at most ${maxMentions} in a text. Up to ${updatesPerHour} an hour.`,
  },
  listUpdateTags: {
    summary: "List tags",
    description: `Tags in use that begin like what was typed, in alphabetical order. ${places}`,
  },
  exportUpdates: {
    summary: "Export updates",
    description:
      "All updates with their comments: those of the organization, then team by team, newest first. Each comment follows its update, oldest first. Also where updates are turned off.",
  },
  exportUpdatesTable: {
    summary: "Export updates as CSV",
    description:
      "The same as a table. The file comes in parts; `Link` names the next one, and all parts joined in order are the file. Names stand in place of the ids that texts mention.",
  },
  deleteUpdatesOfFormerMember: {
    summary: "Delete what a former member wrote",
    description: `All updates and comments, in the organization and in its teams, shortly after the answer. Updates can be restored one by one for ${undoMinutes} minutes. The texts of comments are gone at once. Also where updates are turned off.`,
  },
  listReports: {
    summary: "List reports",
    description: "What members have reported and nobody has decided about, the newest update first.",
  },
  dismissReports: {
    summary: "Dismiss reports",
    description:
      "All of an update, or of a comment. Those who reported it are notified. To decide otherwise, delete it: they are notified when it can no longer be restored.",
  },
  reportUpdate: {
    summary: "Report an update",
    description: `To owners and admins, once. Up to ${reportsPerHour} reports an hour.`,
  },
  reportComment: { summary: "Report a comment", description: "Like an update." },
  listMentionable: {
    summary: "List who can be mentioned",
    description:
      "Members first, then teams that the mention would notify, by how words of their names begin. In a private team only its members.",
  },
  getUpdateNews: {
    summary: "Check a feed for changes",
    description:
      "Cheap enough to ask every few seconds. Send the ETag as `If-None-Match`: 304 means that nothing has changed.",
  },
  visitUpdates: { summary: "Record a visit of a feed", description: "What is posted later is new at your next visit." },
  markUpdatesSeen: { summary: "Mark updates as seen", description: "Updates that are not there are passed over." },
  getUpdate: { summary: "Get an update", description: "With its whole text." },
  editUpdate: {
    summary: "Edit an update",
    description: "Fields that you leave out keep their values. What it said before stays in its history.",
  },
  deleteUpdate: {
    summary: "Delete an update",
    description: `It can be restored for ${undoMinutes} minutes. Then it is erased with its comments and reactions.`,
  },
  restoreUpdate: { summary: "Restore an update", description: `Within ${undoMinutes} minutes of its deletion.` },
  pinUpdate: { summary: "Pin an update", description: `At most ${maxPins} in the organization, and in each team.` },
  unpinUpdate: { summary: "Unpin an update" },
  muteUpdate: {
    summary: "Mute an update",
    description:
      "While it is muted, its comments and answers do not notify you. Mentions of you, or of a team of yours, still do. Only you know.",
  },
  reactToUpdate: { summary: "React to an update", description: "Adds one of the emoji, or removes it." },
  listUpdateReactions: {
    summary: "List reactions",
    description: "Who added which emoji to an update, in the order of their accounts.",
  },
  listUpdateSeen: { summary: "List who has seen an update", description: "In the order of their accounts." },
  listUpdateVersions: {
    summary: "List versions of an update",
    description: "What it said before each of its last 20 edits, newest first.",
  },

  // Comments
  listComments: { summary: "List comments", description: "Oldest first." },
  createComment: {
    summary: "Comment on an update",
    description: `Or answer a comment. Up to ${commentsPerHour} an hour.`,
  },
  editComment: { summary: "Edit a comment" },
  deleteComment: { summary: "Delete a comment", description: `It can be restored for ${undoMinutes} minutes.` },
  restoreComment: { summary: "Restore a comment", description: `Within ${undoMinutes} minutes of its deletion.` },
  reactToComment: { summary: "React to a comment", description: "Adds one of the emoji, or removes it." },
};
