import * as v from "valibot";

// threat: a name is the address of a page in a script with marks
const urlLike = /:\/\/|www\.|\/\/|@|[\p{L}\p{M}\p{N}-][.\u3002]\p{L}[\p{L}\p{M}]+|\d+\.\d+\.\d+\.\d+/iu;
/** Digits as people group them, with a plus before them if there is one. */
const digitRuns = /(\+\s?\(?)?\p{Nd}(?:[\s()./–-]{0,3}\p{Nd})*/gu;
const dates = /\b(?:\d{4}-\d\d-\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{4}|(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d)\b/g;
/**
 * Control characters, line ends, marks that change the writing direction, zero-width characters that join nothing,
 * letters and signs without a shape, and tags.
 */
const unprintable =
  // threat: a name of letters and signs without a shape is empty to the eye
  // threat: a name carries invisible text in tag characters
  /(?!\u200c|\u200d|\p{Variation_Selector})\p{Default_Ignorable_Code_Point}|[\p{Cc}\u2028\u2029\u2800\ufff9-\ufffb\u{1d159}]/u;
// threat: a black flag carries invisible text of any length
/** The flags of regions, such as Wales, are a black flag and tags. */
const regionFlag = /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/gu;
/** A letter, a number or a symbol: something visible. Letters that only fill a space, and blank patterns, are not. */
export const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800\u{1d159}])[^\p{C}\p{Z}\p{M}]/u;

/** A number without a fraction. Answers use it so that clients know. */
export const Integer = v.pipe(v.number(), v.integer());

/** More than any revision or count gets, and far below what a number loses digits at. */
const maxWhole = 1_000_000_000;

/** A whole number of an input. */
export const whole = (min: number, max = maxWhole) =>
  v.pipe(
    v.number(),
    v.integer("Expected a whole number."),
    v.minValue(min, `Expected ${min} or more.`),
    v.maxValue(max, `Expected at most ${max.toLocaleString("en")}.`),
  );

/** A revision that was read. */
export const SeenRevision = whole(0);

/**
 * One line of text that is also sent in emails: no control characters, nothing that a mail client turns into a link.
 */
export function line(noun: string, maxLength: number) {
  return v.pipe(
    unlinked(noun, maxLength),
    printable(noun),
    // threat: an email from Muster shows a phone number as the name of an organization
    v.check((text) => !isPhone(text.normalize("NFKC")), `The ${noun} must not be a phone number.`),
  );
}

/** Several lines, each with at most `maxLength` characters, and the whole text too. */
export function lines(noun: string, maxLength: number) {
  return v.pipe(unlinked(noun, maxLength), printableLines(noun));
}

/** One line that is never emailed, so it may look like an address: "P.O.Box 7". */
export function plainLine(noun: string, maxLength: number) {
  return v.pipe(written(noun, maxLength), printable(noun));
}

/** Several such lines, with at most `maxLength` characters in all. */
export function plainLines(noun: string, maxLength: number) {
  return v.pipe(written(noun, maxLength), printableLines(noun));
}

/** Several fields under one name. Valibot alone accepts a list as an object. */
export function group<const E extends v.ObjectEntries>(entries: E): v.StrictObjectSchema<E, undefined> {
  const schema = v.strictObject(entries);
  return {
    ...schema,
    // threat: a list passes for an object
    "~run": (dataset, config) => schema["~run"](Array.isArray(dataset.value) ? { value: null } : dataset, config),
  };
}

/** Returns the message for a text that is empty, or shows nothing. */
export const emptyText = (noun: string): string => `Enter the ${noun}.`;

function written(noun: string, maxLength: number) {
  return v.pipe(
    v.string(),
    v.normalize("NFC"),
    v.trim(),
    v.minLength(1, emptyText(noun)),
    v.maxLength(maxLength, `The ${noun} may have at most ${maxLength.toLocaleString("en")} characters.`),
    v.check((text) => visible.test(text), emptyText(noun)),
  );
}

function unlinked(noun: string, maxLength: number) {
  return v.pipe(
    written(noun, maxLength),
    // threat: links in names that go into mail
    // threat: links in names in look-alike letters
    v.check((text) => !urlLike.test(text.normalize("NFKC")), `The ${noun} must not look like a web or mail address.`),
  );
}

/** A text without the flags of regions, whose tags may be in a text. */
export const withoutFlags = (text: string): string => text.replace(regionFlag, "");

/** Returns a text on one line, without what a line may not have. */
export const cleanLine = (text: string): string =>
  text
    .replace(/\s+/g, " ")
    .replace(new RegExp(`${unprintable.source}|\\p{Cs}`, "gu"), "")
    .normalize("NFC")
    .trim();

/** Refuses what shows nothing, and what hides or turns around what is beside it. */
export const printable = (noun: string) => v.check(isPrintable, `The ${noun} may only have visible characters.`);
const printableLines = (noun: string) =>
  v.check<string, string>(
    (text) => text.split(/\r\n?|\n|\t/).every(isPrintable),
    `The ${noun} may only have visible characters.`,
  );
// threat: names that turn the direction of writing
const isPrintable = (text: string) => !unprintable.test(withoutFlags(text));

/** Returns whether a phone makes it a link: nine digits, seven after a plus, or nothing but seven. */
function isPhone(text: string): boolean {
  const rest = text.replace(dates, "date");
  return [...rest.matchAll(digitRuns)].some(([run, plus]) => {
    const count = run.match(/\p{Nd}/gu)?.length ?? 0;
    return count >= (plus !== undefined || !/\p{L}/u.test(rest) ? 7 : 9);
  });
}
