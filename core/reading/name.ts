import { PersonName } from "../account/shape.ts";
import { invisible, maxText, valid } from "./text.ts";

const maxWords = 6;
const title = /^(?:ph\.?d|m\.?d|jr|sr|esq|mba|msc|bsc|cpa|ii|iii|iv|inc|ltd|llc|gmbh|ag)\.?$/i;
const particle =
  /^(?:d['’]?|d[aeiou]s?|del|della|den|der|du|e|y|i|und|and|la|le|van|von|vom|zu|zur|zum|ten|ter|bin|bint|ibn|al|el)$/;
const notNames =
  /^(?:(?:e-?)?mails?(?: address(?:es)?)?|(?:first|last|full|given|family|display|user)? ?names?|to|cc|bcc|from|an|von|role|owner|admin|administrator|member|guest|read|write|reader|writer|viewer|editor|user|yes|no|company|phone|status|title|department|(?:best |kind |warm )?(?:regards|wishes)|thanks|cheers|hi|hello|team|members)$/i;
/** Words of a sentence before a name. */
const lead = /^(?:(?:please|ask|add|invite|contact|email|mail|hi|hello|dear|and|or|with)(?:\s+|$))+/i;
/** A remark after a name: `(she/her)`. */
const aside = /\s*\([^()]*\)?$/;
/** Matches characters that no name contains, and the end of a sentence. */
const unlikely = /[\d=/\\:!?#*<>{}@]|\p{Ll}{4,}\.(?:\s|$)/u;

/** A text that looks like a person's name: a few capitalized words, or a script without capitals. */
export function nameOf(text: string): string | undefined {
  const name = cleanName(text);
  if (!name || notNames.test(name) || unlikely.test(name)) return undefined;
  const [family = "", given = "", ...others] = name.split(/\s*,\s*/);
  const whole = given && others.length === 0 ? inOrder(family, given) : name;
  const words = whole.split(" ");
  const isName = words.every((word) => isCapital(word) || particle.test(word)) && words.some(isCapital);
  return isName && words.length <= maxWords ? whole : undefined;
}

/** The same before `<a@b>`, where people also write their names in lowercase, or with a number. */
export function nickOf(text: string): string | undefined {
  const name = /[=/\\{}]/.test(text) ? undefined : cleanName(text);
  return nameOf(text) ?? (name && !notNames.test(name) && !particle.test(name) ? name : undefined);
}

const isCapital = (word: string) => /^["'’(&-]*[\p{Lu}\p{Lt}\p{Lo}]/u.test(word);

/** Returns the words of `Last, First` in spoken order. */
export function inOrder(before: string, after: string): string {
  return title.test(after) ? `${before}, ${after}` : `${after} ${before}`;
}

/** Returns the text without surrounding quotes, list markers and numbers, if a name can look like that. */
export function cleanName(text: string): string | undefined {
  if (text.length > maxText) return undefined;
  const name = text
    .replace(invisible, "")
    .replace(/\s+/g, " ")
    .replace(/\\(["'\\])/g, "$1")
    .replace(/^[\s"'“”„«»‘’()<>[\]*#.,;:|•+=_~–—\d-]+/, "")
    .replace(lead, "")
    .replace(aside, "")
    .replace(/[\s"'“”„«»‘’(<>[\]|,;:*=_~–—-]+$/, "");
  return /\p{L}/u.test(name) ? valid(PersonName, name) : undefined;
}
