import type { OperationText } from "./openapi-text-shape.ts";

export const notificationTexts: Record<string, OperationText> = {
  listNotifications: {
    summary: "List your notifications",
    description: "Newest first. One about an update that you no longer see is left out.",
  },
  getNotificationPreferences: {
    summary: "Get your notification preferences",
    description: "How you are notified of what happens in an organization, by group of notifications.",
  },
  updateNotificationPreferences: {
    summary: "Change your notification preferences",
    description:
      "Groups that you leave out keep their value. The change applies to what happens from now on. Changes of access, ownership, domains, API keys, and payment are always notified, in the product and by email.",
  },
  endEmails: {
    summary: "End the emails of a link",
    description:
      "For mailbox providers (RFC 8058) and for the page of the link in an email: the daily digest, or the emails that come at once from one organization, are in the product only from now on. A link works for 90 days. The body is not looked at. Opened with GET, the address leads to that page and changes nothing.",
  },
  resumeEmails: {
    summary: "Resume the emails of a link",
    description:
      "What the unsubscription changed comes by email again, unless it was changed since. This needs the token that it answered, and works for an hour.",
  },
  markNotificationsRead: {
    summary: "Mark notifications as read",
    description: "On all your devices. Those that are not there are passed over.",
  },
  markAllNotificationsRead: {
    summary: "Mark all notifications as read",
    description: "All that you had received by an instant. Later ones stay unread.",
  },
};
