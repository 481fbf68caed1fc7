import { keptDays } from "@muster/core/notification/limits.ts";
import { updateKinds } from "@muster/core/notification/shape.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Bell, BellOff, Check, CheckCheck } from "lucide-react";
import { ListGate } from "#features/failure/gate.tsx";
import { useMute } from "#features/updates/use-update.ts";
import type { Notification } from "#lib/api.ts";
import { inboxQuery } from "#lib/queries.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { PageHeader } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { TabLinks, tabClass } from "#ui/tab-links.tsx";
import type { Only } from "./only.ts";
import { NotificationRow } from "./row.tsx";
import { NotificationsSkeleton } from "./skeleton.tsx";
import { useRead } from "./use-read.ts";

const tabs = [
  { only: undefined, label: "All" },
  { only: "unread", label: "Unread" },
  { only: "mentions", label: "Mentions" },
] as const;

const emptyText: Record<Only | "all", { title: string; text: string }> = {
  all: {
    title: "No notifications yet",
    text: "Mentions, answers, and changes of your organizations that concern you appear here.",
  },
  unread: { title: "All read", text: "Nothing new has happened since you last looked." },
  mentions: { title: "No mentions yet", text: "When someone mentions you or one of your teams, it appears here." },
};

/** All my notifications, of all organizations. */
export function NotificationsPage() {
  const { only } = useSearch({ from: "/_signed-in/notifications" });
  const inbox = useInfiniteQuery(inboxQuery(only));
  const { read, readAll, isBusy } = useRead();
  const shown = inbox.data?.pages.flatMap((page) => page.items) ?? [];
  const { title, text } = emptyText[only ?? "all"];

  useTitle("Notifications");
  return (
    <div className="mx-auto max-w-[760px]">
      <PageHeader
        title="Notifications"
        description={`From all your organizations. They are kept for ${keptDays} days.`}
        actions={
          <>
            {only !== "mentions" && shown.some(({ isRead }) => !isRead) && (
              <Button isBusy={isBusy} onClick={() => readAll(shown)}>
                <CheckCheck />
                Mark all as read
              </Button>
            )}
            <Link to="/account/notifications" className={buttonClass({})}>
              Preferences
            </Link>
          </>
        }
      />
      <TabLinks label="Notifications">
        {tabs.map((tab) => (
          <Link
            key={tab.label}
            to="/notifications"
            search={tab.only === undefined ? {} : { only: tab.only }}
            activeOptions={{ exact: true, includeSearch: true }}
            className={tabClass}
          >
            {tab.label}
          </Link>
        ))}
      </TabLinks>
      <div className="mt-4">
        {only !== undefined && inbox.isSuccess && shown.length === 0 && inbox.hasNextPage && (
          <p className="pb-2 text-center text-sm text-fg-2">Nothing recent matches.</p>
        )}
        <ListGate
          list={inbox}
          more="Show older"
          skeleton={<NotificationsSkeleton isPage />}
          empty={
            <div className="card">
              <EmptyState icon={Bell} title={title}>
                {text}
              </EmptyState>
            </div>
          }
        >
          {(items) => (
            <ul aria-label="Notifications" className="card grid gap-px overflow-clip p-1">
              {items.map((notification) => (
                <NotificationRow
                  key={notification.id}
                  notification={notification}
                  onFollow={() => read(notification)}
                  action={
                    <>
                      {isOfUpdate(notification) && notification.update !== undefined && (
                        <MuteButton notification={notification} update={notification.update} />
                      )}
                      {!notification.isRead && (
                        <Button
                          variant="ghost"
                          size="icon"
                          aria-label="Mark as read"
                          aria-describedby={`notification-${notification.id}`}
                          title="Mark as read"
                          className="m-1.5 shrink-0"
                          onClick={({ currentTarget }) => {
                            focusNext(currentTarget);
                            read(notification);
                          }}
                        >
                          <Check />
                        </Button>
                      )}
                    </>
                  }
                />
              ))}
            </ul>
          )}
        </ListGate>
      </div>
    </div>
  );
}

/** Returns whether it is about what is said below an update, which can be muted; a report is not. */
const isOfUpdate = ({ kind }: Notification) => updateKinds.some((one) => one === kind);

type MuteProps = { notification: Notification; update: string };

/** Mutes the update that a notification is about, and ends that. */
function MuteButton({ notification: { id, organization, isMuted = false }, update }: MuteProps) {
  const mute = useMute(organization, update);
  const label = isMuted ? "Unmute this update" : "Mute this update";
  return (
    <Button
      variant="ghost"
      size="icon"
      aria-label={label}
      aria-describedby={`notification-${id}`}
      title={label}
      className="my-1.5 shrink-0 last:mr-1.5"
      isBusy={mute.isPending}
      onClick={() => mute.mutate(!isMuted)}
    >
      {isMuted ? <Bell /> : <BellOff />}
    </Button>
  );
}

/** The button goes with what it did, and in the list of unread ones its row too. */
function focusNext(button: HTMLElement) {
  const row = button.closest("li");
  const next = row?.nextElementSibling ?? row?.previousElementSibling ?? document.getElementById("main");
  (next?.querySelector("a") ?? document.getElementById("main"))?.focus();
}
