import { domainToASCII } from "node:url";
import publicMail from "email-providers/all.json" with { type: "json" };
import { parse } from "tldts";

// Lists of public names, loaded when somebody adds a domain. The web does not have them.

/** Providers that the list does not name. */
const alsoPublicMail = [
  "duck.com",
  "fastmail.com",
  "mozmail.com",
  "posteo.de",
  "simplelogin.com",
  "tuta.com",
  "tutanota.com",
];
/** It names this, which is kept for examples: nobody has mail there. */
const forExamples = "example.com";

const providers: ReadonlySet<string> = new Set([
  ...publicMail.map((name) => domainToASCII(name)).filter((name) => name !== forExamples),
  ...alsoPublicMail,
]);

/** Returns why nobody can add this domain, or nothing. */
export function whyRefused(domain: string): string | undefined {
  // threat: suffixes of hosting providers are claimed
  const { publicSuffix, domain: registered, isIcann, isPrivate } = parse(domain, { allowPrivateDomains: true });
  // threat: private names are claimed
  if (isIcann !== true && isPrivate !== true) return "This domain is not on the public internet.";
  // threat: public suffixes are claimed
  if (publicSuffix === domain) return "Anybody can register names below this domain. Enter a domain of your own.";
  // threat: public mail providers are claimed
  const isPublicMail = providers.has(domain) || (registered !== null && providers.has(registered));
  return isPublicMail ? "This is a public email provider. Enter a domain of your own." : undefined;
}
