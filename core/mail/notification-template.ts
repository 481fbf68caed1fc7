import { type Said, type Writing, written } from "../catalog/notifications.ts";
import { settings } from "../kernel/ports.ts";
import type { Page } from "../message/message.ts";
import type { Info } from "../notification/list.ts";
import { button, type Content, day, heading, named, paragraph, small } from "./content.ts";

/** Names as they may appear in a mail, and days in UTC. */
export const inMail = (): Writing => ({ name: named, domain: named, day, freeSeats: settings().freeSeats });

type Place = Pick<Info, "organization" | "update">;

/** Returns the mail of a notification. */
export const notificationTemplate = (info: Said & Place): Content => template(info);

/** Returns the same for the billing address of an organization, which may belong to nobody in it. */
export const billingMailTemplate = (info: Said & Place): Content =>
  template({ ...info, by: undefined }, `this is the billing address of ${named(info.subject)}`);

/** Returns the address of the page that a notification leads to. */
export function linkOf(page: Page, { organization, update }: Place): string {
  const { siteUrl } = settings();
  if (page === "home") return `${siteUrl}/`;
  const place = page === "organization" ? "" : `/${page === "update" ? `updates/${update}` : page}`;
  return `${siteUrl}/organizations/${organization}${place}`;
}

const actions: { readonly [P in Page]: string } = {
  home: "See your organizations",
  organization: "Open the organization",
  members: "See the members",
  invitations: "See the invitations",
  departures: "See what left",
  billing: "Open billing",
  reports: "See the reports",
  "settings/general": "Open the settings",
  "settings/features": "Open the settings",
  update: "Open the update",
};

function template(info: Said & Place, ownReason?: string): Content {
  const { page, title, sentences, because } = written(info, inMail());
  return {
    subject: title,
    preview: sentences[0] ?? "",
    blocks: [
      heading(title),
      ...sentences.map(paragraph),
      button(actions[page], linkOf(page, info)),
      small(`You receive this email because ${ownReason ?? because}.`),
    ],
  };
}
