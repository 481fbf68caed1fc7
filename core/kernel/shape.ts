import * as v from "valibot";

const urlLike = /:\/\/|www\.|\/\/|@|[\p{L}\p{N}-]\.\p{L}{2,}/iu;
/** Control characters, line ends, and marks that turn the direction of writing. */
const unprintable = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** One line for people's eyes that also goes into mail: no control characters, nothing that a mail client would link. */
export function line(noun: string, longest: number) {
  return v.pipe(
    v.string(),
    v.normalize("NFC"),
    v.trim(),
    v.minLength(1, `The ${noun} must not be empty.`),
    v.maxLength(longest, `The ${noun} may have at most ${longest} characters.`),
    v.check((text) => !unprintable.test(text), `The ${noun} may only have visible characters.`),
    v.check((text) => !urlLike.test(text), `The ${noun} must not look like a web or mail address.`),
  );
}
