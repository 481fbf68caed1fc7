import type { Page } from "@muster/core/message/message.ts";
import type { Notification } from "#lib/api.ts";

const organization = "/organizations/$organization";

/** The routes of the pages that notifications lead to. */
const routes = {
  home: "/",
  organization,
  members: `${organization}/members`,
  invitations: `${organization}/invitations`,
  departures: `${organization}/departures`,
  billing: `${organization}/billing`,
  reports: `${organization}/reports`,
  "settings/general": `${organization}/settings/general`,
  "settings/features": `${organization}/settings/features`,
  update: `${organization}/updates/$update`,
} as const satisfies Record<Page, string>;

/** Returns where a notification leads, for a link. */
export const placeOf = (page: Page, { organization: id, update, comment }: Notification) => ({
  to: routes[page],
  params: { organization: id, update: update ?? "" },
  ...(page === "update" && comment !== undefined && { hash: comment }),
});
