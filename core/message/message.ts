import type { ID } from "../base/id.ts";
import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import type { Data, EventType } from "../kernel/event.ts";
import type { Group, Kind } from "../notification/shape.ts";
import type { Audience } from "./audience.ts";
import type { Line, Part } from "./line.ts";

// What a noun's messages.ts says: one row for each of its events, and one for each kind of its notifications.

/** An icon of Lucide, by its name there. */
export type Icon =
  | "Activity"
  | "Armchair"
  | "AtSign"
  | "BadgeCheck"
  | "Ban"
  | "Bird"
  | "Building"
  | "CalendarClock"
  | "CircleAlert"
  | "CircleCheck"
  | "Clock"
  | "CreditCard"
  | "Crown"
  | "FileUp"
  | "Flag"
  | "Globe"
  | "KeyRound"
  | "Laptop"
  | "Layers"
  | "Lock"
  | "LogOut"
  | "MailPlus"
  | "MailQuestionMark"
  | "MailWarning"
  | "Megaphone"
  | "MessageSquare"
  | "PartyPopper"
  | "Pause"
  | "Pencil"
  | "Pin"
  | "PinOff"
  | "Play"
  | "RotateCw"
  | "ShieldOff"
  | "Ticket"
  | "Trash2"
  | "TriangleAlert"
  | "Undo2"
  | "UserCog"
  | "UserMinus"
  | "UserPlus"
  | "UsersRound";

// Events

export type EventMessage<D> = {
  /** One, or one for each state that its data can have: nothing for a state that this release does not know. */
  icon: Icon | ((data: D) => Icon | undefined);
  /** The name of the one who did it, if that is neither the actor in the log nor a member anymore. */
  who?: (data: D) => Part | undefined;
  /** The words after the actor: "renamed Acme to Acme Inc". */
  line: (data: D, actor: string) => Line;
  /** Several events of this type, one after the other, by one actor. */
  together?: {
    /** Another thing that they must have in common; nothing for one that stands alone. */
    by?: (data: D, actor: string) => string | undefined;
    line: (all: readonly D[], actor: string) => Line;
  };
  /** The notifications of it, each with its readers; the most telling first. Of several, each person gets one. */
  tell?: (data: D, event: Happened) => readonly Telling[];
  /** No reaction, notification, or number depends on it. */
  logOnly?: true;
};

/** Messages of all events that an events.ts declares, by the type of the module. */
export type EventMessages<M> = {
  readonly [E in Extract<M[keyof M], EventType> as E["type"]]: EventMessage<Data<E>>;
};

/** The account that caused an event; none if it was a job of the deployment. */
export type Happened = { by: ID<"account"> | undefined };

/** A notification before its readers and names are found: an event holds ids only. */
export type Telling = {
  kind: Kind;
  to: Audience;
  person?: ID<"account"> | ID<"invitation"> | undefined;
  by?: ID<"account"> | undefined;
  role?: Role | Unknown | undefined;
  until?: string | undefined;
  thing?: string | undefined;
  update?: ID<"update"> | undefined;
  team?: ID<"team"> | undefined;
  comment?: ID<"comment"> | undefined;
};

// Notifications

/** The names in a text of a notification, as they may be shown where it is read. */
export type Named = {
  organization: string;
  /** The person that it is about: "Someone" without a name. */
  person: string;
  hasPerson: boolean;
  /** The one who caused it, if that was someone else. */
  by: string | undefined;
  role: Role | Unknown | undefined;
  /** The subject, if that is not a person: a count, or what `name` writes. */
  thing: string | undefined;
  /** Writes what somebody chose. */
  name: (text: string) => string;
  /** The domain that it is about. */
  domain: string;
  /** The title of the update that it is about. */
  title: string;
  isComment: boolean;
  until: string | undefined;
  at: string;
  /** Writes the day of an instant for the reader. */
  day: (instant: string) => string;
  /** Seats of the free plan, where they are known. */
  freeSeats?: number | undefined;
};

/** The page that a notification leads to: the reader's organizations, the organization itself, or a page of it. */
export type Page =
  | "home"
  | "organization"
  | "members"
  | "invitations"
  | "departures"
  | "billing"
  | "reports"
  | "settings/general"
  | "settings/features"
  | "update";

/** The texts of a notification, in the product and in emails. */
export type NotificationMessage = {
  icon: Icon;
  page: Page | ((named: Named) => Page);
  title: (named: Named) => string;
  /** The meaning and what to do. The first one stands below the title, and beside the subject in a list of emails. */
  sentences: (named: Named) => readonly string[];
  /** The reason that this reader is notified: "you …". */
  because: (named: Named) => string;
  /** The group whose way a member can change; missing for what nobody can turn off. */
  group?: Group;
  /** It also goes to the actor whose request caused or found it. */
  tellsActor?: boolean;
};

/** Messages of all kinds that begin with one of these nouns. */
export type NotificationMessages<Noun extends string> = {
  readonly [K in Extract<Kind, `${Noun}.${string}`>]: NotificationMessage;
};
