import * as Inbox from "@muster/core/notification/inbox.ts";
import * as Notification from "@muster/core/notification/list.ts";
import * as Preference from "@muster/core/notification/preference.ts";
import * as Unsubscribe from "@muster/core/notification/unsubscribe.ts";
import { isToken } from "@muster/core/notification/unsubscribe-link.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

export const notifications = new Hono<Env>()
  .get("/", query(Notification.list, { id: "listNotifications" }))
  .post("/read", command(Inbox.markRead, { id: "markNotificationsRead" }))
  .post("/read-all", command(Inbox.markAllRead, { id: "markAllNotificationsRead" }));

/** By the link of an email, without a session. */
export const unsubscribing = new Hono<Env>()
  // a person whose mail program opens the header's link decides on the page
  .use("/:link", async (c, next) => {
    // threat: looking at a link unsubscribes
    if (["GET", "HEAD"].includes(c.req.method)) {
      const link = c.req.param("link");
      // threat: the path that a mail program opens decides where it is sent
      return c.redirect(`${c.get("site").url}/unsubscribe${isToken(link) ? `#${link}` : ""}`, 303);
    }
    return next();
  })
  .post("/:link", command(Unsubscribe.unsubscribe, { id: "endEmails", ignoresBody: true }))
  .post("/:link/undo", command(Unsubscribe.resubscribe, { id: "resumeEmails" }));

/** Under an organization. */
export const preferences = new Hono<Env>()
  .get("/", query(Preference.getPreferences, { id: "getNotificationPreferences" }))
  .patch(
    "/",
    command(Preference.changePreferences, { id: "updateNotificationPreferences", etagOf: Preference.getPreferences }),
  );
