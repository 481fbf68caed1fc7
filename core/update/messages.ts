import type { ID } from "../base/id.ts";
import { accounts, members } from "../message/audience.ts";
import { manages } from "../message/because.ts";
import { countOf } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type { EventMessages, Happened, Named, NotificationMessages, Telling } from "../message/message.ts";

export const updateEvents: EventMessages<typeof import("./events.ts")> = {
  "update.created": {
    icon: "Megaphone",
    line: ({ update, team }) => line`posted ${{ update }}${team && " to a team"}`,
    together: { line: (all) => line`posted ${updates(all)}` },
    tell: mentionedIn("update.mentioned"),
  },
  "update.edited": {
    icon: "Pencil",
    line: ({ update }) => line`edited ${{ update }}`,
    together: { line: (all) => line`edited ${updates(all)}` },
    tell: mentionedIn("update.mentioned"),
  },
  "update.deleted": {
    icon: "Trash2",
    line: () => line`deleted an update`,
    together: { line: (all) => line`deleted ${updates(all)}` },
    tell: ({ update }, { by: person }) => [{ kind: "update.deleted", to: { authorOfDeleted: { update } }, person }],
  },
  "update.restored": {
    icon: "RotateCw",
    line: ({ update }) => line`restored ${{ update }}`,
    together: { line: (all) => line`restored ${updates(all)}` },
    logOnly: true,
  },
  "update.reported": {
    icon: "Flag",
    line: ({ update, comment }) => line`reported ${comment && "a comment on "}${{ update }}`,
    tell: ({ isFirst, update, team, comment }, { by: person }) => {
      // threat: each of many reports notifies all owners and admins
      if (!isFirst || person === undefined) return [];
      return [{ kind: "update.reported", to: { moderatorsOf: { update, comment } }, person, update, team, comment }];
    },
  },
  "update.reports_closed": {
    icon: "Flag",
    line: ({ update, comment, outcome }) =>
      outcome === "deleted"
        ? line`closed the reports of a deleted ${comment ? "comment" : "update"}`
        : line`dismissed the reports of ${comment && "a comment on "}${{ update }}`,
    tell: ({ outcome, accounts: reporters, update, team, comment }) => {
      const to = members(...reporters);
      if (outcome === "deleted") return [{ kind: "update.report_deleted", to }];
      return outcome === "dismissed" ? [{ kind: "update.report_dismissed", to, update, team, comment }] : [];
    },
  },
  "update.pinned": {
    icon: "Pin",
    line: ({ update }) => line`pinned ${{ update }}`,
    together: { line: (all) => line`pinned ${updates(all)}` },
    logOnly: true,
  },
  "update.unpinned": {
    icon: "PinOff",
    line: ({ update }) => line`unpinned ${{ update }}`,
    together: { line: (all) => line`unpinned ${updates(all)}` },
    logOnly: true,
  },
  "update.author_removed": {
    icon: "Trash2",
    line: ({ account }) => line`deleted all updates and comments of ${{ actor: account }}`,
  },
};

const updates = (all: readonly { update: string }[]) =>
  countOf(
    all.map(({ update }) => update),
    "update",
  );

// Messages name the title of an update, and no other words of it; of what was deleted, nothing.

export const updateNotifications: NotificationMessages<"update"> = {
  "update.mentioned": {
    icon: "AtSign",
    page: "update",
    group: "mentions",
    // a notification does not say which of the two
    title: ({ person, title }) => `${person} mentioned you or a team of yours in an update: ${title}`,
    sentences: ({ organization }) => [`You can read it and comment in ${organization}.`],
    because: () => "it mentions you or a team of yours",
  },
  "update.commented": {
    icon: "MessageSquare",
    page: "update",
    group: "comments",
    title: ({ person, title }) => `${person} commented on ${title}`,
    sentences: ({ organization }) => [`You wrote the update, or the comment that was answered, in ${organization}.`],
    because: () => "you wrote the update, or the comment that was answered",
  },
  "update.deleted": {
    icon: "Trash2",
    page: "organization",
    title: ({ person }) => `${person} deleted an update that you posted`,
    sentences: ({ organization }) => [`It was in ${organization}. If you think this is a mistake, ask them about it.`],
    because: () => "you wrote it",
  },
  "update.reported": {
    icon: "Flag",
    page: "reports",
    title: (named) => `${named.person} reported ${textOf(named)}`,
    sentences: ({ organization }) => [`It is in ${organization}. Delete it, or dismiss the report.`],
    because: manages,
  },
  "update.report_deleted": {
    icon: "Flag",
    page: "organization",
    title: ({ organization }) => `What you reported in ${organization} was deleted`,
    sentences: () => ["Thank you for the report."],
    because: () => "you reported it",
  },
  "update.report_dismissed": {
    icon: "Flag",
    page: "update",
    title: (named) => `Your report of ${textOf(named)} was dismissed`,
    sentences: ({ organization }) => [`An owner or admin of ${organization} dismissed it. The text stays.`],
    because: () => "you reported it",
  },
};

const textOf = ({ isComment, title }: Named) => `${isComment ? "a comment on " : ""}${title}`;

type Written = Pick<Telling, "update" | "team" | "comment"> & { accounts?: readonly ID<"account">[] | undefined };

/** Tells those that a text mentions for the first time. */
export function mentionedIn(kind: "update.mentioned" | "comment.mentioned") {
  return ({ accounts: all = [], update, team, comment }: Written, { by: person }: Happened): Telling[] => [
    { kind, to: accounts(...all), person, update, team, comment },
  ];
}
