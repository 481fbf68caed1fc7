import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Notification } from "#lib/api.ts";
import { Time } from "#ui/time.tsx";
import { notificationText } from "./text.tsx";

type Props = { notification: Notification; onFollow: () => void; action?: ReactNode };

/** A notification: a link to what it is about, and whether it is unread. */
export function NotificationRow({ notification, onFollow, action }: Props) {
  const { icon: Icon, to, params, hash, sentence } = notificationText(notification);
  return (
    <li className="flex items-start rounded-md hover:bg-surface-2">
      <Link
        to={to}
        params={params}
        {...(hash !== undefined && { hash })}
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
        <span className="min-w-0 flex-1 text-sm">
          <span id={`notification-${notification.id}`} className="block wrap-anywhere">
            {sentence}
          </span>
          <Time at={notification.at} className="text-xs text-fg-3" />
          {!notification.isRead && <span className="sr-only">, unread</span>}
        </span>
      </Link>
      {action}
    </li>
  );
}
