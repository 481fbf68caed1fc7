import * as v from "valibot";
import { line } from "../base/shape.ts";

// The form in which addresses are compared keeps dots and plus suffixes. SES sends to ASCII addresses only.
/** An email address. */
export const Email = v.pipe(
  v.string(),
  v.normalize("NFKC"),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(254, "This address is too long."),
  v.regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "This is not an email address.",
  ),
  v.check((text) => !/^\.|\.\.|\.@/.test(text), "This is not an email address."),
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
