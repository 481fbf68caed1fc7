import { Logger } from "@aws-lambda-powertools/logger";
import { config } from "./config.ts";

const secretNames =
  // threat: credentials are logged
  /^(code|key|(x-(goog-)?)?api-?key|x-muster-origin|serviceAccount)$|authorization|cookie|token|secret|pepper|password|credentials|private_?key/i;
/** Codes that are not sign-in codes: `noun.reason`, ECONNRESET. */
const harmlessCode = /^([a-z]+\.[a-z_]+|E[A-Z_]{2,5}|E[A-Z_]{8,})$/;
/** A token; a sign-in code as it appears in a link, a body or a mail; a key of a provider, or a private key. */
const secretText = new RegExp(
  [
    /mst_[a-z]+_[0-9A-Za-z]+(\.[\w-]+)?/,
    /\bcode\W{1,4}[0-9A-Z]{4}-?[0-9A-Z]{4}/,
    /\b[2-9A-HJ-NP-TV-Z]{4}-[2-9A-HJ-NP-TV-Z]{4}\b/,
    // threat: the key of a provider is logged
    /\b(sk-|AIza|AQ\.|ABSK|bedrock-api-key-|ya29\.)[\w+/=-]{12,}/,
    /\bA[KS]IA[A-Z0-9]{12,}/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** JSON lines for CloudWatch, each with its release. Credentials are redacted, by key or by pattern. */
export const log = new Logger({
  serviceName: "muster",
  jsonReplacerFn: redact,
  persistentKeys: { release: config(["MUSTER_RELEASE"]).MUSTER_RELEASE },
});

export function redact(key: string, value: unknown): unknown {
  // threat: tokens in the log by shape
  const text = typeof value === "string" ? value.replaceAll(secretText, "[redacted]") : value;
  // threat: secrets in the log by name
  if (!secretNames.test(key) || value === undefined) return text;
  return key === "code" && typeof value === "string" && harmlessCode.test(value) ? text : "[redacted]";
}
