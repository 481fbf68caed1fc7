// What the reference of events says of updates and comments.

const update = {
  update: "The update.",
  team: "The team that it is for; absent when it is for the whole organization.",
};
const mentioned = {
  accounts: "Members who are mentioned for the first time; absent when none is.",
  teams: "Teams that are mentioned for the first time; absent when none is.",
};
const comment = { ...update, comment: "The comment." };

const reported = { ...update, comment: "The comment; absent when the update itself is reported." };

export const updateReference = {
  "comment.created": {
    when: "Someone comments on an update, or answers a comment.",
    data: { ...comment, ...mentioned, replyTo: "The comment that it answers, if it does." },
  },
  "comment.deleted": { when: "A comment is deleted.", data: comment },
  "comment.edited": { when: "A comment is changed.", data: { ...comment, ...mentioned } },
  "comment.restored": { when: "A deleted comment is restored.", data: comment, logOnly: true },
  "update.author_removed": {
    when: "All updates and comments of a former member are deleted.",
    data: { account: "Who wrote them." },
  },
  "update.created": { when: "An update is posted.", data: { ...update, ...mentioned } },
  "update.deleted": { when: "An update is deleted. It is erased when it can no longer be restored.", data: update },
  "update.edited": { when: "An update is changed.", data: { ...update, ...mentioned } },
  "update.pinned": { when: "An update is pinned.", data: update, logOnly: true },
  "update.reported": {
    when: "A member reports an update or a comment to owners and admins.",
    data: { ...reported, isFirst: "`true` for the first report since a decision; absent for further ones." },
  },
  "update.reports_closed": {
    when: "The reports of an update or a comment are dismissed, or it was deleted and can no longer be restored.",
    data: { ...reported, outcome: "`dismissed` or `deleted`.", accounts: "Who had reported it." },
  },
  "update.restored": { when: "A deleted update is restored.", data: update, logOnly: true },
  "update.unpinned": { when: "An update is unpinned.", data: update, logOnly: true },
} as const;
