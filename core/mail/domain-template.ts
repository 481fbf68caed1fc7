import { warningDays } from "../domain/limits.ts";
import type { Info } from "../notification/list.ts";
import type { Kind } from "../notification/shape.ts";
import { button, type Content, day, heading, named, paragraph, small } from "./content.ts";

type DomainKind = Extract<Kind, `domain.${string}`>;
type About = { organization: string; person: string; url: string };

/** What owners, and admins where they can do something, are told about domains. */
export const domainTemplates: Record<DomainKind, (about: About, info: Info) => Content> = {
  "domain.record_lost": (about, info) =>
    template(about, {
      subject: `The DNS record of ${domainOf(info)} is missing`,
      sentences: [
        `The last check did not find the DNS record that verifies ${domainOf(info)} for ${about.organization}. Nobody joins by this domain until the record is back.`,
        `Publish it again${info.until ? ` before ${day(info.until)}` : " soon"}. After that, the domain is no longer verified, and another organization can verify it.`,
      ],
      why: `You receive this email because you manage ${about.organization}.`,
    }),

  "domain.expired": (about, info) =>
    template(about, {
      subject: `${domainOf(info)} is no longer verified`,
      sentences: [
        `The DNS record of ${domainOf(info)} has been missing for ${warningDays} days, so the domain is no longer verified for ${about.organization}. Members stay, and nobody joins by this domain anymore.`,
        "To verify it again, publish the record and check the domain.",
      ],
      why: `You receive this email because you manage ${about.organization}.`,
    }),

  "domain.join_changed": (about, info) =>
    template(about, {
      subject: `${about.person} changed who can join ${about.organization}`,
      sentences: [
        `${about.person} changed how people with an address of ${domainOf(info)} become members of ${about.organization}.`,
        "If you did not expect this, check the domain in the settings and talk to the other owners.",
      ],
      why: `You receive this email because you are an owner of ${about.organization}.`,
    }),
};

const domainOf = ({ thing }: Info) => named(thing ?? "A domain");

function template({ url }: About, text: { subject: string; sentences: string[]; why: string }): Content {
  const [first = "", ...rest] = text.sentences;
  return {
    subject: text.subject,
    preview: first,
    blocks: [
      heading(text.subject),
      ...[first, ...rest].map((one) => paragraph(one)),
      button("Open the settings", `${url}/settings/general`),
      small(text.why),
    ],
  };
}
