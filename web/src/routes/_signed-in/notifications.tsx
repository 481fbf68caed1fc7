import { createFileRoute } from "@tanstack/react-router";
import { readOnly } from "#features/notifications/only.ts";
import { NotificationsPage } from "#features/notifications/page.tsx";

export const Route = createFileRoute("/_signed-in/notifications")({
  validateSearch: readOnly,
  component: NotificationsPage,
});
