import * as v from "valibot";

const urlLike = /:\/\/|www\.|\/\/|@|[\p{L}\p{N}-][.\u3002]\p{L}{2,}|\d+\.\d+\.\d+\.\d+/iu;
/** Control characters, line ends, marks that turn the direction of writing, and what has no width but joins nothing. */
const unprintable = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
/** A letter, a number, a sign: something that is seen. */
const visible = /[^\p{C}\p{Z}\p{M}]/u;

/** A number without a fraction. Answers use it, so that clients know. */
export const Integer = v.pipe(v.number(), v.integer());

/** One line for people's eyes that also goes into mail: no control characters, nothing that a mail client would link. */
export function line(noun: string, longest: number) {
  return v.pipe(unlinked(noun, longest), printable(noun));
}

/** The same on several lines, each at most as long as `longest`, all of them together too. */
export function lines(noun: string, longest: number) {
  return v.pipe(
    unlinked(noun, longest),
    v.check((text) => text.split(/\r?\n/).every(isPrintable), `The ${noun} may only have visible characters.`),
  );
}

/** One line that goes into no mail, and so may look like an address: "P.O.Box 7". */
export function plainLine(noun: string, longest: number) {
  return v.pipe(written(noun, longest), printable(noun));
}

/** Several fields under one name. To valibot alone a list is an object too. */
export function group<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  const schema = v.strictObject(entries);
  return {
    ...schema,
    "~run": (dataset, config) => schema["~run"](Array.isArray(dataset.value) ? { value: null } : dataset, config),
  };
}

function written(noun: string, longest: number) {
  return v.pipe(
    v.string(),
    v.normalize("NFC"),
    v.trim(),
    v.minLength(1, `The ${noun} must not be empty.`),
    v.maxLength(longest, `The ${noun} may have at most ${longest} characters.`),
    v.check((text) => visible.test(text), `The ${noun} must not be empty.`),
  );
}

function unlinked(noun: string, longest: number) {
  return v.pipe(
    written(noun, longest),
    v.check((text) => !urlLike.test(text.normalize("NFKC")), `The ${noun} must not look like a web or mail address.`),
  );
}

const printable = (noun: string) => v.check(isPrintable, `The ${noun} may only have visible characters.`);
const isPrintable = (text: string) => !unprintable.test(text);
