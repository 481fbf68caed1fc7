import * as Inbox from "@muster/core/notification/inbox.ts";
import * as Notification from "@muster/core/notification/list.ts";
import * as Preference from "@muster/core/notification/preference.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

export const notifications = new Hono<Env>()
  .get("/", query(Notification.list, { id: "listNotifications" }))
  .post("/read", command(Inbox.markRead, { id: "markNotificationsRead" }))
  .post("/read-all", command(Inbox.markAllRead, { id: "markAllNotificationsRead" }));

/** Under an organization. */
export const preferences = new Hono<Env>()
  .get("/", query(Preference.getPreferences, { id: "getNotificationPreferences" }))
  .patch(
    "/",
    command(Preference.changePreferences, { id: "updateNotificationPreferences", etagOf: Preference.getPreferences }),
  );
