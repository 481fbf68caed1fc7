import type { Info } from "../notification/list.ts";
import { type SecretKind, secretVerbs } from "../notification/shape.ts";
import { button, type Content, heading, named, paragraph, small } from "./content.ts";

type About = { organization: string; person: string; url: string };

/** What owners are told about changes of stored API keys: which one, and nothing that is secret. */
export const secretTemplates = Object.fromEntries(
  Object.entries(secretVerbs).map(([kind, verb]) => [kind, (about: About, info: Info) => template(verb, about, info)]),
) as Record<SecretKind, (about: About, info: Info) => Content>;

function template(verb: string, { organization, person, url }: About, { thing }: Info): Content {
  const sentence = `${person} ${verb} ${organization}`;
  return {
    subject: sentence,
    preview: thing === undefined ? "An API key was changed." : `The key is ${named(thing)}.`,
    blocks: [
      heading(sentence),
      ...(thing === undefined ? [] : [paragraph(`The key is ${named(thing)}.`)]),
      paragraph("If you did not expect this, contact them, and revoke the key at its provider if you are in doubt."),
      button("Open the organization", url),
      small(`You receive this email because you are an owner of ${organization}.`),
    ],
  };
}
