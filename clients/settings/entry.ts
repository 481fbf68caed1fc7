import { normalize, problems } from "./website.ts";

/** The form in which an entry of a list is kept, or the reason that a text is none. */
export type ReadEntry = { entry: string } | { problem: string };

const patterns = {
  provider: /^[a-z0-9][a-z0-9-]{0,39}$/,
  model: /^[a-z0-9][a-z0-9-]{0,39}\/[\w.:-]{1,120}$/,
  application: /^[a-z0-9][a-z0-9-]{0,39}$/,
  identifier: /^(macos|windows|linux):[\w.\- ]{1,120}$/,
};

/** The provider of a model, which its id begins with. */
export const providerOf = (model: string): string => model.slice(0, Math.max(0, model.indexOf("/")));

/** A provider of models by its id, such as `openai`. */
export const readProvider = (text: string): ReadEntry =>
  matching(patterns.provider, text, "A provider has an id such as openai.");

/** A model by its provider and its id, such as `openai/gpt-4.1`. */
export const readModel = (text: string): ReadEntry =>
  matching(patterns.model, text, "A model has an id such as openai/gpt-4.1.");

/** An application by its id in the catalog, such as `slack`, or by its identifier on a platform. */
export function readApplication(text: string): ReadEntry {
  const entry = text.trim();
  if (patterns.application.test(entry)) return { entry };
  return readIdentifier(entry);
}

/** Reads a platform's name of an application: `macos:com.example.app`, `windows:example.exe` or `linux:example`. */
export const readIdentifier = (text: string): ReadEntry =>
  matching(
    patterns.identifier,
    text,
    "Name the platform and the application, such as macos:com.example.app or windows:example.exe.",
  );

/** A website, or all below it. @param isPublicSuffix see `normalize` */
export function readWebsite(text: string, isPublicSuffix?: (host: string) => boolean): ReadEntry {
  const read = normalize(text, isPublicSuffix);
  return "problem" in read ? { problem: problems[read.problem] } : { entry: read.pattern };
}

function matching(pattern: RegExp, text: string, problem: string): ReadEntry {
  const entry = text.trim();
  return pattern.test(entry) ? { entry } : { problem };
}
