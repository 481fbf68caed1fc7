import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell } from "lucide-react";
import { useState } from "react";
import { notificationsQuery } from "#lib/queries.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { opened } from "#ui/opened.tsx";
import { NotificationsSkeleton } from "./skeleton.tsx";
import { useRead } from "./use-read.ts";

const NotificationList = opened(
  async () => (await import("./menu-list.tsx")).NotificationList,
  <NotificationsSkeleton />,
);

/** The bell: my newest notifications. */
export function NotificationsMenu() {
  const { data, refetch } = useQuery(notificationsQuery);
  const { readAll, isBusy } = useRead();
  const [isOpen, setOpen] = useState(false);
  const hasUnread = data?.items.some(({ isRead }) => !isRead) === true;

  function open(isOpening: boolean) {
    setOpen(isOpening);
    if (isOpening) {
      void refetch();
    }
  }

  return (
    <Popover.Root open={isOpen} onOpenChange={open}>
      <Popover.Trigger
        aria-label={hasUnread ? "Notifications, some unread" : "Notifications"}
        className={buttonClass({ variant: "ghost", size: "icon" }, "relative data-popup-open:bg-surface-3")}
      >
        <Bell />
        {hasUnread && (
          <span aria-hidden className="absolute top-1 right-1 size-2 rounded-full bg-accent ring-2 ring-bg" />
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className="z-50 outline-none">
          <Popover.Popup className="popup w-[min(360px,calc(100vw-16px))] overflow-hidden">
            <div className="flex min-h-12 items-center justify-between gap-2 border-b border-border py-2 pr-2 pl-4">
              <Popover.Title className="text-base font-semibold">Notifications</Popover.Title>
              {hasUnread && (
                <Button variant="ghost" isBusy={isBusy} onClick={() => readAll(data.items)}>
                  Mark all as read
                </Button>
              )}
            </div>
            <NotificationList onFollow={() => open(false)} />
            <Link
              to="/notifications"
              onClick={() => open(false)}
              className="block border-t border-border px-4 py-2.5 text-center text-sm font-medium text-accent-text hover:bg-surface-2"
            >
              All notifications
            </Link>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
