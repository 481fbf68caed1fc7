import * as v from "valibot";
import { line } from "../kernel/shape.ts";

/** An address in the one spelling that is compared: NFKC, trimmed, lower case; dots and plus parts are kept. SES sends to ASCII only. */
export const Email = v.pipe(
  v.string(),
  v.normalize("NFKC"),
  v.trim(),
  v.toLowerCase(),
  v.maxLength(254, "This address is too long."),
  v.regex(
    /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/,
    "This is not an e-mail address.",
  ),
  v.check((text) => !/^\.|\.\.|\.@/.test(text), "This is not an e-mail address."),
);

export const PersonName = line("name", 80);
export const colours = ["slate", "red", "orange", "amber", "green", "teal", "blue", "violet", "pink"] as const;
export const Colour = v.picklist(colours);
export const Locale = v.pipe(
  v.string(),
  v.regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, "Expected a language tag such as en or pt-BR."),
);
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
