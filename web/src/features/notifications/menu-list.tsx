import { useQuery } from "@tanstack/react-query";
import { Gate } from "#features/failure/gate.tsx";
import { notificationsQuery } from "#lib/queries.ts";
import { NotificationRow } from "./row.tsx";
import { NotificationsSkeleton } from "./skeleton.tsx";
import { useRead } from "./use-read.ts";

/** My newest notifications, in the bell's menu. */
export function NotificationList({ onFollow }: { onFollow: () => void }) {
  const { read } = useRead();
  return (
    <Gate query={useQuery(notificationsQuery)} part="p-4" skeleton={<NotificationsSkeleton />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="px-4 py-10 text-center text-sm text-fg-2">No notifications yet.</p>
        ) : (
          <ul className="max-h-[min(420px,60dvh)] overflow-y-auto p-1">
            {items.map((notification) => (
              <NotificationRow
                key={notification.id}
                notification={notification}
                onFollow={() => {
                  read(notification);
                  onFollow();
                }}
              />
            ))}
          </ul>
        )
      }
    </Gate>
  );
}
