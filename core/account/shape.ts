import * as v from "valibot";
import { line } from "../base/shape.ts";

/** Letters, marks, digits and dots of an international domain, without what nobody sees. */
const domainSigns = /^(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}.。-]){1,254}$/u;
/** Alphabets with letters that look like another's, and all others as one. */
const alphabets = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Cherokee}/u,
  /(?![\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}])\p{L}/u,
];
const ascii = /^[\0-\x7f]*$/;

/** Writes an international domain as punycode. One that mixes alphabets in a label stays as it is, and is refused. */
function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at);
  if (at === 0 || ascii.test(domain) || !domainSigns.test(domain)) return address;
  const labels = domain.split(/[.。]/);
  const isMixed = labels.some((label) => alphabets.filter((alphabet) => alphabet.test(label)).length > 1);
  const last = labels.at(-1) ?? "";
  const isGlued = !ascii.test(last) && /\p{Script=Latin}/u.test(last);
  const url = `http://${domain}`;
  // threat: an address has a domain with letters of another alphabet that look alike
  return isMixed || isGlued || !URL.canParse(url) ? address : `${address.slice(0, at)}${new URL(url).hostname}`;
}
withAsciiDomain.summary = "An international domain is stored as punycode.";

/** Returns the first letter before the @ that an address cannot have. SES sends to ASCII addresses only. */
export function strangeLetter(address: string): string | undefined {
  const local = address.slice(0, Math.max(0, address.lastIndexOf("@"))).normalize("NFKC");
  return /[\s<>"]/.test(local) ? undefined : /(?!\p{ASCII})\p{L}/u.exec(local)?.[0];
}

export const strangeText = (letter = "") => `The letter “${letter}” cannot be used before the @.`;
const notAscii = Object.assign(({ input }: { input: string }) => strangeText(strangeLetter(input)), {
  summary: "Before the @ only ASCII letters can be used.",
});

// The form in which addresses are compared keeps dots and plus suffixes.
/** An email address. */
export const Email = v.pipe(
  v.string(),
  v.normalize("NFKC"),
  v.trim(),
  // threat: two spellings of one address
  v.toLowerCase(),
  v.maxLength(254, "This address is too long."),
  v.transform(withAsciiDomain),
  v.maxLength(254, "This address is too long."),
  v.check((text) => strangeLetter(text) === undefined, notAscii),
  v.regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "This is not an email address.",
  ),
  // threat: the user name of a web address is taken for an email address
  v.check((text) => !/^\.|\.\.|\.@|^\/\//.test(text), "This is not an email address."),
);

/** The name of a person. */
export const PersonName = line("name", 80);
export const colors = ["slate", "red", "orange", "amber", "green", "teal", "blue", "violet", "pink"] as const;
/** The color of an avatar. */
export const Color = v.picklist(colors);
export type Color = v.InferOutput<typeof Color>;

/** Returns the color of an account that has not chosen one. */
export function colorOf(account: string): Color {
  const sum = [...account].reduce((total, letter) => total + (letter.codePointAt(0) ?? 0), 0);
  return colors[sum % colors.length] ?? "slate";
}

/** A language and region, such as `en-US`. */
export const Locale = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, "Expected a language tag such as en or pt-BR."),
);
/** A time zone, by its IANA name, such as `Europe/Berlin`. */
export const Zone = v.pipe(
  v.string(),
  v.maxLength(64, "This time zone is not known."),
  v.check(isZone, "This time zone is not known."),
);

function isZone(name: string) {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
