import { counted } from "../base/counted.ts";
import { owners } from "../message/audience.ts";
import { owns } from "../message/because.ts";
import { countOf } from "../message/distinct.ts";
import { line } from "../message/line.ts";
import type {
  EventMessages,
  Happened,
  NotificationMessage,
  NotificationMessages,
  Telling,
} from "../message/message.ts";
import type { Kind } from "../notification/shape.ts";
import { labelOf } from "./kind/shape.ts";

export const secretEvents: EventMessages<typeof import("./events.ts")> = {
  "secret.created": {
    icon: "KeyRound",
    line: (data) => line`added the API key ${which(data)}`,
    together: { line: (all) => line`added ${keys(all)}` },
    tell: toOwners("secret.created"),
  },
  "secret.replaced": {
    icon: "KeyRound",
    line: (data) => line`replaced an API key with ${which(data)}`,
    together: { line: (all) => line`replaced ${keys(all)}` },
    tell: toOwners("secret.replaced"),
  },
  "secret.renamed": {
    icon: "KeyRound",
    line: (data) => line`renamed the API key ${which(data)}`,
    tell: toOwners("secret.renamed"),
  },
  "secret.enabled": {
    icon: "KeyRound",
    line: (data) => line`enabled the API key ${which(data)}`,
    together: { line: (all) => line`enabled ${keys(all)}` },
    tell: toOwners("secret.enabled"),
  },
  "secret.disabled": {
    icon: "KeyRound",
    line: (data) => line`disabled the API key ${which(data)}`,
    together: { line: (all) => line`disabled ${keys(all)}` },
    tell: toOwners("secret.disabled"),
  },
  "secret.restricted": {
    icon: "KeyRound",
    line: ({ teams, ...data }) => {
      const who = teams === undefined ? "every member" : counted(teams.length, "team");
      return line`let ${who} use the API key ${which(data)}`;
    },
    tell: toOwners("secret.restricted"),
  },
  "secret.deleted": {
    icon: "Trash2",
    line: (data) => line`deleted the API key ${which(data)}`,
    together: { line: (all) => line`deleted ${keys(all)}` },
    tell: toOwners("secret.deleted"),
  },
};

const which = ({ kind, last4 }: { kind: string; last4: string }) => ({ name: `${labelOf(kind)} …${last4}` });

const keys = (all: readonly { secret: string }[]) =>
  countOf(
    all.map(({ secret }) => secret),
    "API key",
  );

export const secretNotifications: NotificationMessages<"secret"> = {
  "secret.created": changed("added an API key to"),
  "secret.replaced": changed("replaced an API key of"),
  "secret.renamed": changed("renamed an API key of"),
  "secret.enabled": changed("enabled an API key of"),
  "secret.disabled": changed("disabled an API key of"),
  "secret.restricted": changed("changed which teams can use an API key of"),
  "secret.deleted": changed("deleted an API key of"),
};

function changed(verb: string): NotificationMessage {
  return {
    icon: "KeyRound",
    page: "organization",
    title: ({ person, organization }) => `${person} ${verb} ${organization}`,
    sentences: ({ thing, name }) => [
      ...(thing === undefined ? [] : [`The key is ${name(thing)}.`]),
      "If you did not expect this, contact them, and revoke the key at its provider if you are in doubt.",
    ],
    because: owns,
  };
}

/** Owners are notified of each change of a stored API key, because somebody may have taken over a session. */
function toOwners(kind: Kind) {
  return (data: { kind: string; last4: string }, { by: person }: Happened): Telling[] => [
    { kind, to: owners, person, thing: which(data).name },
  ];
}
