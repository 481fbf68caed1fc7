import type { Info } from "../notification/list.ts";
import type { Kind } from "../notification/shape.ts";
import { button, type Content, heading, named, paragraph, small } from "./content.ts";

type SeatKind = Extract<Kind, `seats.${string}`>;
type About = { organization: string; person: string; url: string };

/** What those who can buy seats are told of a request for some, and its author of the decision. */
export const seatTemplates: Record<SeatKind, (about: About, info: Info) => Content> = {
  "seats.requested": ({ organization, person, url }, { thing = "seats" }) => ({
    subject: `${person} requests ${thing} for ${organization}`,
    preview: "Approve the request at its exact price, or decline it.",
    blocks: [
      heading(`${person} requests ${thing}`),
      paragraph(`${person} needs more seats in ${organization}. The billing page says what for.`),
      paragraph("Approve the request there at its exact price, or decline it. They will be notified."),
      button("Open billing", `${url}/billing`),
      small(`You receive this email because you can buy seats for ${organization}.`),
    ],
  }),

  "seats.approved": ({ organization, person, url }, info) => {
    const { thing = "seats", by } = info;
    if (by !== undefined) return approvedFor(named(by), organization, thing, url);
    // nobody approves what automatic seats allow for
    const title = info.person
      ? `${person} approved your request for ${thing}`
      : `Your request for ${thing} was approved`;
    return {
      subject: title,
      preview: "There are more seats for people you invite.",
      blocks: [
        heading(title),
        paragraph(
          `${organization} has more seats. If a bank still processes their payment, they can be used once it arrives.`,
        ),
        button("See the members", `${url}/members`),
        small(`You receive this email because you requested seats for ${organization}.`),
      ],
    };
  },

  "seats.declined": ({ organization, person, url }, { thing = "seats" }) => ({
    subject: `${person} declined your request for ${thing}`,
    preview: "The members page says why.",
    blocks: [
      heading(`${person} declined your request for ${thing}`),
      paragraph(`${organization} does not get more seats for now. The members page says why.`),
      button("See the members", `${url}/members`),
      small(`You receive this email because you requested seats for ${organization}.`),
    ],
  }),

  "seats.reclaimed": ({ organization, url }, { thing = "seats" }) => ({
    subject: `${thing} of ${organization} reclaimed`,
    preview: "The reclaim of unused seats has ended.",
    blocks: [
      heading(`${thing} reclaimed`),
      paragraph(`The reclaim of unused seats of ${organization} that you started has ended, and freed ${thing}.`),
      button("Open billing", `${url}/billing`),
      small(`You receive this email because you started it for ${organization}.`),
    ],
  }),
};

/** Owners are told what automatic seats have bought at the request of a member. */
function approvedFor(person: string, organization: string, thing: string, url: string): Content {
  const title = `A request of ${person} for ${thing} was approved automatically`;
  return {
    subject: title,
    preview: "It was within the limit of automatic seats.",
    blocks: [
      heading(title),
      paragraph(
        `${organization} has more seats. Every member can request them, up to the limit that an owner has set on the billing page.`,
      ),
      button("Open billing", `${url}/billing`),
      small(`You receive this email because you are an owner of ${organization}.`),
    ],
  };
}
