import type { Info } from "../notification/list.ts";
import type { Kind } from "../notification/shape.ts";
import { button, type Content, heading, paragraph, small } from "./content.ts";

type RolloutKind = Extract<Kind, `rollout.${string}`>;
type About = { organization: string; url: string };

/** What owners, and the author, are told about a rollout that has halted. */
export const rolloutTemplates: Record<RolloutKind, (about: About, info: Info) => Content> = {
  "rollout.refused": (about, { thing }) =>
    template(about, `Devices refuse a change of ${about.organization}`, [
      thing === undefined
        ? "Too many of the devices that a rollout has reached refuse it, so it has halted: no further wave begins."
        : `${thing} devices that a rollout has reached refuse it, so it has halted: no further wave begins.`,
      "Look at what they report. Then resume the rollout anyway, or roll it back.",
    ]),

  "rollout.silent": (about, { thing }) =>
    template(about, `A change of ${about.organization} is not in force in time`, [
      thing === undefined
        ? "A rollout has halted, because too few of the devices that it has reached say in time that it is in force."
        : `A rollout has halted: it is in force on only ${thing} devices that it has reached, and its time is over.`,
      "Look at the devices that are behind. Then resume the rollout for as long again, release it to everyone, or roll it back.",
    ]),
};

function template({ organization, url }: About, subject: string, [first = "", ...rest]: string[]): Content {
  return {
    subject,
    preview: first,
    blocks: [
      heading(subject),
      ...[first, ...rest].map((one) => paragraph(one)),
      button("Open the settings", `${url}/settings/features`),
      small(`You receive this email because you own ${organization}, or started the rollout.`),
    ],
  };
}
