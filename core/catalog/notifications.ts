import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import { billingNotifications } from "../billing/notifications.ts";
import { commentNotifications } from "../comment/messages.ts";
import { departureNotifications } from "../departure/messages.ts";
import { domainNotifications } from "../domain/messages.ts";
import { invitationNotifications } from "../invitation/messages.ts";
import { memberNotifications } from "../member/messages.ts";
import type { Icon, Named, NotificationMessage, Page } from "../message/message.ts";
import type { Group, Kind } from "../notification/shape.ts";
import { organizationNotifications } from "../organization/messages.ts";
import { rolloutNotifications } from "../rollout/messages.ts";
import { seatNotifications } from "../seat/messages.ts";
import { secretNotifications } from "../secret/messages.ts";
import { updateNotifications } from "../update/messages.ts";

/** Messages of all kinds of notifications. */
export const notificationMessages: { readonly [K in Kind]: NotificationMessage } = {
  ...billingNotifications,
  ...commentNotifications,
  ...departureNotifications,
  ...domainNotifications,
  ...invitationNotifications,
  ...memberNotifications,
  ...organizationNotifications,
  ...rolloutNotifications,
  ...seatNotifications,
  ...secretNotifications,
  ...updateNotifications,
};

/** Returns whether this release has such a message: a row, or an answer of the API, may be of a newer one. */
export const isKnown = (kind: string): kind is Kind => Object.hasOwn(notificationMessages, kind);

/** Returns the group of a kind; nothing for what nobody can turn off. */
export const groupOf = (kind: Kind): Group | undefined => notificationMessages[kind].group;

/** The facts that a notification's texts are made from. */
export type Said = {
  kind: Kind;
  subject: string;
  person?: string | undefined;
  by?: string | undefined;
  role?: Role | Unknown | undefined;
  until?: string | undefined;
  thing?: string | undefined;
  title?: string | undefined;
  comment?: string | undefined;
  at: string;
};
/** The way names and days are written where a notification is read. */
export type Writing = Pick<Named, "day" | "freeSeats"> & Record<"name" | "domain", (text: string) => string>;
export type Written = { icon: Icon; page: Page; title: string; sentences: readonly string[]; because: string };

/** Returns the texts of a notification. The last one follows "You receive this email because". */
export function written(said: Said, { name, domain, ...writing }: Writing): Written {
  const { icon, page, title, sentences, because } = notificationMessages[said.kind];
  const named: Named = {
    organization: name(said.subject),
    person: name(said.person ?? "Someone"),
    hasPerson: said.person !== undefined,
    by: said.by === undefined ? undefined : name(said.by),
    role: said.role,
    thing: said.thing,
    name,
    domain: said.thing === undefined ? "a domain" : domain(said.thing),
    title: name(said.title ?? "an update"),
    isComment: said.comment !== undefined,
    until: said.until,
    at: said.at,
    ...writing,
  };
  return {
    icon,
    page: typeof page === "function" ? page(named) : page,
    title: title(named),
    sentences: sentences(named),
    because: because(named),
  };
}
