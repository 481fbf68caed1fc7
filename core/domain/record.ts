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
  const [own, other] = await Promise.all([dns.text(nameOf(domain)), dns.text(beside)]);
  if ("fault" in own) return "unreachable";
  if ("alias" in own) return "alias";
  const isMeant = (value: string) => normal(value) === valueOf(token);
  if (!own.values.some(isMeant)) return own.values.length > 0 ? "mismatch" : "missing";
  if ("fault" in other) return "unreachable";
  return "values" in other && other.values.some(isMeant) ? "wildcard" : "present";
}

/** Some forms of providers keep the quotes around a value. */
const normal = (value: string) =>
  value
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim()
    .toLowerCase();
