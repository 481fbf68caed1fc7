import type { Info } from "../notification/list.ts";
import { button, type Content, heading, paragraph, small } from "./content.ts";

type About = { organization: string; person: string; url: string };

/** What owners and admins are told about a departure with API keys to replace. */
export function departureTemplate({ organization, person, url }: About, { thing = "API keys" }: Info): Content {
  const sentence = `${thing} of ${organization} left with the devices of ${person}`;
  return {
    subject: sentence,
    preview: "Replace them at their providers and in the settings.",
    blocks: [
      heading(sentence),
      paragraph(
        "The devices remove what they got when they are next in contact. Someone may have copied the keys before: replace them at their providers and in the settings.",
      ),
      button("See what left", `${url}/departures`),
      small(`You receive this email because you manage ${organization}.`),
    ],
  };
}
