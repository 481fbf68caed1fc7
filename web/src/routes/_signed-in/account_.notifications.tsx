import { createFileRoute } from "@tanstack/react-router";
import { NotificationPreferencesPage } from "#features/notifications/preferences-page.tsx";

export const Route = createFileRoute("/_signed-in/account_/notifications")({ component: NotificationPreferencesPage });
