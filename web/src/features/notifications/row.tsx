import { isKnown, type Written, written } from "@muster/core/catalog/notifications.ts";
import type { Page } from "@muster/core/message/message.ts";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { messageIcons } from "#features/activity/message-icons.ts";
import type { Notification } from "#lib/api.ts";
import { domainName } from "#lib/domain-name.ts";
import { useFormat } from "#lib/use-format.ts";
import { Time } from "#ui/time.tsx";

/** A page that was loaded before a release meets kinds that it does not know. */
const newer = {
  icon: "Activity",
  page: "organization",
  title: "Something happened",
  sentences: ["Reload this page to see what."],
} satisfies Omit<Written, "because">;

type Props = { notification: Notification; onFollow: () => void; action?: ReactNode };

/** A notification: a link to what it is about, what that means, and whether it is unread. */
export function NotificationRow({ notification, onFollow, action }: Props) {
  const { date: day } = useFormat();
  const { icon, page, title, sentences } = isKnown(notification.kind)
    ? written(notification, { name: (text) => text, domain: domainName, day })
    : newer;
  const Icon = messageIcons[icon];
  return (
    <li className="flex items-start rounded-md hover:bg-surface-2">
      <Link
        {...placeOf(page, notification)}
        onClick={onFollow}
        className="flex min-w-0 flex-1 items-start gap-3 px-3 py-2.5"
      >
        <span className="relative grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-accent-text [&_svg]:size-4">
          <Icon aria-hidden />
          {!notification.isRead && (
            <span
              aria-hidden
              className="absolute -top-0.5 -right-0.5 size-2.5 rounded-full bg-accent ring-2 ring-surface"
            />
          )}
        </span>
        <span className="min-w-0 flex-1 text-sm wrap-anywhere">
          <span id={`notification-${notification.id}`} className="block font-medium">
            {title}
          </span>
          <span className="block text-fg-2">{sentences[0]}</span>
          <span className="text-xs text-fg-3">
            {notification.subject} · <Time at={notification.at} />
          </span>
          {!notification.isRead && <span className="sr-only">, unread</span>}
        </span>
      </Link>
      {action}
    </li>
  );
}

const organization = "/organizations/$organization";

/** The routes of the pages that notifications lead to. */
const routes = {
  home: "/",
  organization,
  members: `${organization}/members`,
  invitations: `${organization}/invitations`,
  departures: `${organization}/departures`,
  billing: `${organization}/billing`,
  reports: `${organization}/reports`,
  "settings/general": `${organization}/settings/general`,
  "settings/features": `${organization}/settings/features`,
  update: `${organization}/updates/$update`,
} as const satisfies Record<Page, string>;

/** Returns where a notification leads, for a link. */
const placeOf = (page: Page, { organization: id, update, comment }: Notification) => ({
  to: routes[page],
  params: { organization: id, update: update ?? "" },
  ...(page === "update" && comment !== undefined && { hash: comment }),
});
