import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import type { Notification } from "#lib/api.ts";
import { notificationsQuery } from "#lib/queries.ts";
import { local } from "#lib/storage.ts";
import { buttonClass } from "#ui/button.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { notificationText } from "./text.tsx";

const seenKey = "notifications-seen";

/** The bell: my notifications. This browser remembers which ones are new. */
export function NotificationsMenu() {
  const { data, refetch } = useQuery(notificationsQuery);
  const [seen, setSeen] = useState(() => local.read(seenKey));
  const [isOpen, setOpen] = useState(false);
  const newest = data?.items[0]?.id;
  const hasNews = newest !== undefined && newest !== seen;

  function open(isOpening: boolean) {
    setOpen(isOpening);
    if (isOpening) {
      void refetch();
    }
    if (!isOpening && newest !== undefined) {
      local.write(seenKey, newest);
      setSeen(newest);
    }
  }

  return (
    <Popover.Root open={isOpen} onOpenChange={open}>
      <Popover.Trigger
        aria-label={hasNews ? "Notifications, some unread" : "Notifications"}
        className={buttonClass({ variant: "ghost", size: "icon" }, "relative data-popup-open:bg-surface-3")}
      >
        <Bell />
        {hasNews && (
          <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-accent ring-2 ring-bg" />
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-50 outline-none">
          <Popover.Popup className="popup w-[min(360px,calc(100vw-16px))] overflow-hidden">
            <Popover.Title className="border-b border-border px-4 py-3 text-base font-semibold">
              Notifications
            </Popover.Title>
            <NotificationList seen={seen} onFollow={() => open(false)} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function NotificationList({ seen, onFollow }: { seen: string | null; onFollow: () => void }) {
  return (
    <Gate query={useQuery(notificationsQuery)} part="p-4" skeleton={<NotificationsSkeleton />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="px-4 py-10 text-center text-sm text-fg-2">No notifications yet.</p>
        ) : (
          <ul className="max-h-[min(420px,60dvh)] overflow-y-auto p-1">
            {items.map((notification) => (
              <li key={notification.id}>
                <NotificationRow
                  notification={notification}
                  isNew={seen === null || notification.id > seen}
                  onFollow={onFollow}
                />
              </li>
            ))}
          </ul>
        )
      }
    </Gate>
  );
}

function NotificationsSkeleton() {
  return (
    <Loading what="your notifications" className="grid gap-3 p-4">
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
    </Loading>
  );
}

function NotificationRow({
  notification,
  isNew,
  onFollow,
}: {
  notification: Notification;
  isNew: boolean;
  onFollow: () => void;
}) {
  const { icon: Icon, to, params, sentence } = notificationText(notification);
  return (
    <Link
      to={to}
      params={params}
      onClick={onFollow}
      className="flex items-start gap-3 rounded-md px-3 py-2.5 hover:bg-surface-2"
    >
      <span className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft text-accent-text [&_svg]:size-4">
        <Icon aria-hidden />
      </span>
      <span className="min-w-0 flex-1 text-sm">
        <span className="block">{sentence}</span>
        <Time at={notification.at} className="text-xs text-fg-3" />
      </span>
      {isNew && <span className="mt-1.5 size-2 shrink-0 rounded-full bg-accent" title="New" />}
    </Link>
  );
}
