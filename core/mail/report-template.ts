import type { Info } from "../notification/list.ts";
import type { ReportKind } from "../notification/shape.ts";
import { button, type Content, heading, named, paragraph, small } from "./content.ts";

type About = { organization: string; person: string; url: string };

/** Mails about reports of updates and comments. They say neither why something was reported, nor what it says. */
export const reportTemplates: Record<ReportKind, (about: About, info: Info) => Content> = {
  "update.reported": ({ organization, person, url }, info) => {
    const sentence = `${person} reported ${thing(info)} in ${organization}.`;
    return {
      subject: `Reported: ${titleOf(info)}`,
      preview: sentence,
      blocks: [
        heading(titleOf(info)),
        paragraph(`${sentence} Delete it, or dismiss the report.`),
        button("See the reports", `${url}/reports`),
        small(`You receive this email because you are an owner or admin of ${organization}.`),
      ],
    };
  },
  "update.report_deleted": ({ organization, url }) => {
    const sentence = `Something that you reported in ${organization} was deleted.`;
    return {
      subject: `What you reported in ${organization} was deleted`,
      preview: sentence,
      blocks: [
        heading("What you reported was deleted"),
        paragraph(`${sentence} Thank you.`),
        button(`Open ${organization}`, url),
        small(reporter),
      ],
    };
  },
  "update.report_dismissed": ({ organization, url }, info) => {
    const sentence = `An owner or admin of ${organization} dismissed your report of ${thing(info)}.`;
    return {
      subject: `Your report was dismissed: ${titleOf(info)}`,
      preview: sentence,
      blocks: [
        heading(titleOf(info)),
        paragraph(`${sentence} It stays.`),
        button("Open the update", `${url}/updates/${info.update}`),
        small(reporter),
      ],
    };
  },
};

const reporter = "You receive this email because you reported it.";
const thing = ({ comment }: Info) => (comment ? "a comment on this update" : "this update");
const titleOf = ({ title }: Info) => named(title ?? "An update");
