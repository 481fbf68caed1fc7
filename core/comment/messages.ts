import { countOf } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages, NotificationMessages } from "../message/message.ts";
import { mentionedIn } from "../update/messages.ts";

export const commentEvents: EventMessages<typeof import("./events.ts")> = {
  "comment.created": {
    icon: "MessageSquare",
    line: ({ update }) => line`commented on ${{ update }}`,
    together: { line: (all) => line`wrote ${comments(all)}` },
    tell: (text, event) => {
      const { update, team, comment, replyTo } = text;
      return [
        ...mentionedIn("comment.mentioned")(text, event),
        {
          kind: "update.commented",
          to: { answered: { update, team, replyTo } },
          person: event.by,
          update,
          team,
          comment,
        },
      ];
    },
  },
  "comment.edited": {
    icon: "Pencil",
    line: ({ update }) => line`edited a comment on ${{ update }}`,
    together: { line: (all) => line`edited ${comments(all)}` },
    tell: mentionedIn("comment.mentioned"),
  },
  "comment.deleted": {
    icon: "Trash2",
    line: ({ update }) => line`deleted a comment on ${{ update }}`,
    together: { line: (all) => line`deleted ${comments(all)}` },
    tell: ({ update, comment }, { by: person }) => [
      { kind: "comment.deleted", to: { authorOfDeleted: { update, comment } }, person },
    ],
  },
  "comment.restored": {
    icon: "RotateCw",
    line: ({ update }) => line`restored a comment on ${{ update }}`,
    together: { line: (all) => line`restored ${comments(all)}` },
    logOnly: true,
  },
};

const comments = (all: readonly { comment: string }[]) =>
  countOf(
    all.map(({ comment }) => comment),
    "comment",
  );

export const commentNotifications: NotificationMessages<"comment"> = {
  "comment.mentioned": {
    icon: "AtSign",
    page: "update",
    group: "mentions",
    title: ({ person, title }) => `${person} mentioned you or a team of yours in a comment on ${title}`,
    sentences: ({ organization }) => [`You can answer it in ${organization}.`],
    because: () => "it mentions you or a team of yours",
  },
  "comment.deleted": {
    icon: "Trash2",
    page: "organization",
    title: ({ person }) => `${person} deleted a comment that you wrote`,
    sentences: ({ organization }) => [`It was in ${organization}. If you think this is a mistake, ask them about it.`],
    because: () => "you wrote it",
  },
};
