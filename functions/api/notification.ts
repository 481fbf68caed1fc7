import * as Inbox from "@muster/core/notification/inbox.ts";
import * as Notification from "@muster/core/notification/list.ts";
import * as Preference from "@muster/core/notification/preference.ts";
import * as Unsubscribe from "@muster/core/notification/unsubscribe.ts";
import { isToken } from "@muster/core/notification/unsubscribe-link.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

export const notifications = new Hono<Env>()
  /** List your notifications. Newest first. One about an update that you no longer see is left out. */
  .get("/", query(Notification.list, { id: "listNotifications" }))
  /** Mark notifications as read. On all your devices. Those that are not there are passed over. */
  .post("/read", command(Inbox.markRead, { id: "markNotificationsRead" }))
  /** Mark all notifications as read. All that you had received by an instant. Later ones stay unread. */
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
  /**
   * End the emails of a link. For mailbox providers (RFC 8058) and for the page of the link in an email: the daily
   * digest, or the emails that come at once from one organization, are in the product only from now on. A link works
   * for 90 days. The body is not looked at. Opened with GET, the address leads to that page and changes nothing.
   */
  .post("/:link", command(Unsubscribe.unsubscribe, { id: "endEmails", ignoresBody: true }))
  /**
   * Resume the emails of a link. What the unsubscription changed comes by email again, unless it was changed since.
   * This needs the token that it answered, and works for an hour.
   */
  .post("/:link/undo", command(Unsubscribe.resubscribe, { id: "resumeEmails" }));

/** Under an organization. */
export const preferences = new Hono<Env>()
  /**
   * Get your notification preferences. Your ways to be notified of events in an organization, by group of
   * notifications.
   */
  .get("/", query(Preference.getPreferences, { id: "getNotificationPreferences" }))
  /**
   * Change your notification preferences. Groups that you leave out keep their value. The change applies to what
   * happens from now on. Changes of access, ownership, domains, API keys, and payment are always notified, in the
   * product and by email.
   */
  .patch(
    "/",
    command(Preference.changePreferences, { id: "updateNotificationPreferences", etagOf: Preference.getPreferences }),
  );
