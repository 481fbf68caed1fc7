import { randomBytes } from "node:crypto";
import { dns } from "../kernel/ports.ts";
import type { Finding } from "./shape.ts";

// The TXT record by which an organization shows that a domain is its own. No other name counts.

const prefix = "muster-verification=";
const alphabet = "abcdefghijkmnpqrstuvwxyz23456789";

/** Returns the name of the record of a domain. */
export const nameOf = (domain: string): string => `_muster.${domain}`;
/** Returns the value that verifies the domain with this token. */
export const valueOf = (token: string): string => `${prefix}${token}`;

// threat: all organizations have one value
/** Returns a new token: 160 random bits, without characters that look alike. */
export const newToken = (): string => [...randomBytes(32)].map((byte) => alphabet[byte % alphabet.length]).join("");

/** Asks for the record, and for a name beside it that nobody can have: what answers both answers anything. */
export async function find({
  name: domain,
  token,
}: {
  name: string;
  token: string;
}): Promise<Exclude<Finding, "taken">> {
  const beside = `_muster-${randomBytes(8).toString("hex")}.${domain}`;
  // threat: a record of the domain itself proves it
  const [own, other] = await Promise.all([dns.text(nameOf(domain)), dns.text(beside)]);
  // threat: name servers that do not answer say that there is no record
  if ("fault" in own) return "unreachable";
  // threat: a resolver's alias into a foreign zone proves a domain
  if ("alias" in own) return "alias";
  // threat: a part of the value proves a domain
  // threat: a longer value proves a domain
  const isMeant = (value: string) => normal(value) === valueOf(token);
  if (!own.values.some(isMeant)) return own.values.length > 0 ? "mismatch" : "missing";
  // threat: a wildcard that could not be looked for is none
  if ("fault" in other) return "unreachable";
  // threat: a wildcard record proves a domain
  return "values" in other && other.values.some(isMeant) ? "wildcard" : "present";
}

/** Some forms of providers keep the quotes around a value. */
const normal = (value: string) =>
  value
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim()
    .toLowerCase();
