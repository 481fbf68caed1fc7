import * as v from "valibot";

const urlLike = /:\/\/|www\.|\/\/|@|[\p{L}\p{N}-][.\u3002]\p{L}{2,}|\d+\.\d+\.\d+\.\d+/iu;
/**
 * Control characters, line ends, marks that change the writing direction, and zero-width characters that join nothing.
 */
const unprintable = /[\p{Cc}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/u;
/** A letter, a number or a symbol: something visible. */
const visible = /[^\p{C}\p{Z}\p{M}]/u;

/** A number without a fraction. Answers use it so that clients know. */
export const Integer = v.pipe(v.number(), v.integer());

/**
 * One line of text that is also sent in emails: no control characters, nothing that a mail client turns into a link.
 */
export function line(noun: string, maxLength: number) {
  return v.pipe(unlinked(noun, maxLength), printable(noun));
}

/** Several lines, each with at most `maxLength` characters, and the whole text too. */
export function lines(noun: string, maxLength: number) {
  return v.pipe(
    unlinked(noun, maxLength),
    v.check((text) => text.split(/\r?\n/).every(isPrintable), `The ${noun} may only have visible characters.`),
  );
}

/** One line that is never emailed, so it may look like an address: "P.O.Box 7". */
export function plainLine(noun: string, maxLength: number) {
  return v.pipe(written(noun, maxLength), printable(noun));
}

/** Several fields under one name. Valibot alone accepts a list as an object. */
export function group<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  const schema = v.strictObject(entries);
  return {
    ...schema,
    "~run": (dataset, config) => schema["~run"](Array.isArray(dataset.value) ? { value: null } : dataset, config),
  };
}

function written(noun: string, maxLength: number) {
  return v.pipe(
    v.string(),
    v.normalize("NFC"),
    v.trim(),
    v.minLength(1, `The ${noun} must not be empty.`),
    v.maxLength(maxLength, `The ${noun} may have at most ${maxLength} characters.`),
    v.check((text) => visible.test(text), `The ${noun} must not be empty.`),
  );
}

function unlinked(noun: string, maxLength: number) {
  return v.pipe(
    written(noun, maxLength),
    v.check((text) => !urlLike.test(text.normalize("NFKC")), `The ${noun} must not look like a web or mail address.`),
  );
}

const printable = (noun: string) => v.check(isPrintable, `The ${noun} may only have visible characters.`);
const isPrintable = (text: string) => !unprintable.test(text);
