import { counted } from "../base/counted.ts";
import type { Role } from "../base/role.ts";
import type { Unknown } from "../base/row.ts";
import { managers, owners } from "../message/audience.ts";
import { manages, owns } from "../message/because.ts";
import { line } from "../message/line.ts";
import type { EventMessages, NotificationMessages } from "../message/message.ts";
import { roleName } from "../message/role-name.ts";
import { joinLabels } from "./join/shape.ts";
import { warningDays } from "./limits.ts";
import type { JoinMode } from "./shape.ts";

export const domainEvents: EventMessages<typeof import("./events.ts")> = {
  "domain.added": {
    icon: "Globe",
    line: ({ name }) => line`added the domain ${{ domain: name }}`,
    together: { line: (all) => line`added ${counted(all.length, "domain")}` },
    logOnly: true,
  },
  "domain.verified": {
    icon: "BadgeCheck",
    line: ({ name }) => line`verified the domain ${{ domain: name }}`,
    logOnly: true,
  },
  "domain.record_lost": {
    icon: "TriangleAlert",
    line: ({ name }) => line`found that the DNS record of ${{ domain: name }} is missing`,
    tell: ({ name: thing, until }) => [{ kind: "domain.record_lost", to: managers, thing, until }],
  },
  "domain.record_restored": {
    icon: "BadgeCheck",
    line: ({ name }) => line`found the DNS record of ${{ domain: name }} again`,
    logOnly: true,
  },
  "domain.expired": {
    icon: "TriangleAlert",
    line: ({ name }) => line`ended the verification of ${{ domain: name }}, whose DNS record stayed missing`,
    tell: ({ name: thing }) => [{ kind: "domain.expired", to: managers, thing }],
  },
  "domain.released": {
    icon: "Trash2",
    line: ({ name }) => line`gave the domain ${{ domain: name }} back, because the organization was deleted`,
    logOnly: true,
  },
  "domain.removed": {
    icon: "Trash2",
    line: ({ name }) => line`removed the domain ${{ domain: name }}`,
    logOnly: true,
  },
  "domain.join_changed": {
    icon: "UserCog",
    line: ({ name, from, to }) => line`changed joining by ${{ domain: name }} from ${joinOf(from)} to ${joinOf(to)}`,
    tell: ({ name: thing }, { by: person }) => [{ kind: "domain.join_changed", to: owners, person, thing }],
  },
};

// A lost record has to be put back, which admins can do; who may join is for owners to decide.

export const domainNotifications: NotificationMessages<"domain"> = {
  "domain.record_lost": {
    icon: "Globe",
    page: "settings/general",
    tellsActor: true,
    title: ({ domain }) => `The DNS record of ${domain} is missing`,
    sentences: ({ organization, until, day }) => [
      `Publish it again${until ? ` before ${day(until)}` : " soon"}. The last check did not find the record that verifies the domain for ${organization}, and nobody joins by it until the record is back.`,
      "If the record stays missing, the domain is no longer verified, and another organization can verify it.",
    ],
    because: manages,
  },
  "domain.expired": {
    icon: "Globe",
    page: "settings/general",
    tellsActor: true,
    title: ({ domain }) => `No longer verified: ${domain}`,
    sentences: ({ organization }) => [
      `Its DNS record has been missing for ${warningDays} days, so it is no longer verified for ${organization}. Members stay, and nobody joins by this domain anymore.`,
      "To verify it again, publish the record and check the domain.",
    ],
    because: manages,
  },
  "domain.join_changed": {
    icon: "Globe",
    page: "settings/general",
    title: ({ person, organization }) => `${person} changed who can join ${organization}`,
    sentences: ({ domain }) => [
      `It is about people with an address of ${domain}.`,
      "If you did not expect this, check the domain in the settings and talk to the other owners.",
    ],
    because: owns,
  },
};

/** "Automatic as Read", or "Off". */
function joinOf({ mode, role }: { mode: JoinMode | Unknown; role: Role | Unknown }): string {
  if (mode === "off") return joinLabels.off;
  return `${mode === "unknown" ? "another way" : joinLabels[mode]} as ${roleName(role)}`;
}
