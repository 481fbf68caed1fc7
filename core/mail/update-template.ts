import type { Info } from "../notification/list.ts";
import type { DeletedKind, UpdateKind } from "../notification/shape.ts";
import { button, type Content, heading, named, paragraph, small } from "./content.ts";

type About = { organization: string; person: string; url: string };

/** A notification does not say which of the two. */
const who = "you or a team of yours";

/** Mails about updates and comments. They name the title, and no other words of it. */
export const updateTemplates: Record<UpdateKind, (about: About, info: Info) => Content> = {
  "update.mentioned": (about, info) => template(about, info, `mentioned ${who} in an update`, `it mentions ${who}`),
  "comment.mentioned": (about, info) => template(about, info, `mentioned ${who} in a comment`, `it mentions ${who}`),
  "update.commented": (about, info) =>
    template(about, info, "commented", "you wrote the update, or the comment that was answered"),
};

/** Mails about what somebody else deleted. They hold no words of it. */
export const deletedTemplates: Record<DeletedKind, (about: About) => Content> = {
  "update.deleted": (about) => deletedTemplate(about, "an update that you posted"),
  "comment.deleted": (about) => deletedTemplate(about, "a comment that you wrote"),
};

function deletedTemplate({ organization, person, url }: About, what: string): Content {
  const sentence = `${person} deleted ${what} in ${organization}.`;
  return {
    subject: `${person} deleted ${what}`,
    preview: sentence,
    blocks: [
      heading(`${person} deleted ${what}`),
      paragraph(`${sentence} If you think this is a mistake, ask them about it.`),
      button(`Open ${organization}`, url),
      small("You receive this email because you wrote it."),
    ],
  };
}

function template(
  { organization, person, url }: About,
  { update, title }: Info,
  verb: string,
  reason: string,
): Content {
  const subject = named(title ?? "An update");
  const sentence = `${person} ${verb} in ${organization}.`;
  return {
    subject: `${person} ${verb}: ${subject}`,
    preview: sentence,
    blocks: [
      heading(subject),
      paragraph(sentence),
      button("Open the update", `${url}/updates/${update}`),
      small(`You receive this email because ${reason}.`),
    ],
  };
}
