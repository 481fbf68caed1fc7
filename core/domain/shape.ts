import * as v from "valibot";
import { maxDomainLength } from "./limits.ts";

/** States of a domain, which an organization verifies to show that it is its own. */
export const states = ["waiting", "verified"] as const;
/** Ways to become a member for people with an address of a verified domain. */
export const joinModes = ["off", "suggest", "automatic"] as const;
export type JoinMode = (typeof joinModes)[number];
/** The role with which they join: nobody manages an organization for having an address. */
export const joinRoles = ["write", "read"] as const;
export type JoinRole = (typeof joinRoles)[number];

/** Findings of a check of the DNS record, each with its sentence. */
export const findings = {
  present: "The record is there.",
  missing: "There is no TXT record with this name. A new record can take an hour to appear.",
  mismatch: "There is a TXT record with this name, but none with this value.",
  alias: "The name is an alias (CNAME). Only a TXT record of the name itself counts.",
  wildcard: "This is the answer of a wildcard record. Add a record for exactly this name.",
  taken: "The record is right, but another organization has already verified this domain.",
  unreachable: "The name servers gave no usable answer. Check again later.",
} as const;
export type Finding = keyof typeof findings;
export const findingNames = Object.keys(findings) as Finding[];

/**
 * A domain of email addresses, such as `acme.com`. It does not include the domains below it. `normalize` returns the
 * form in which it is stored.
 */
export const DomainName = v.pipe(
  v.string(),
  v.maxLength(1_000, "This domain is too long."),
  v.trim(),
  v.check((text) => text !== "", "Enter a domain, such as acme.com."),
  v.check((text) => !text.includes("@"), "Enter only the part after the @."),
  v.check((text) => !/^([a-z][a-z0-9+.-]*:)?\/\//i.test(text), "Enter the domain without https://."),
  v.check((text) => !/[/?#\\]/.test(text), "Enter the domain without a path."),
  v.check((text) => !isNumeric(text), "Enter a domain, not an IP address."),
  v.check((text) => !text.includes(":"), "Enter the domain without a port."),
  v.check((text) => !text.includes("*"), "Wildcards are not supported. Add each domain by itself."),
  v.check((text) => !/\s/.test(text), "A domain has no spaces."),
  v.check((text) => hostOf(text) !== undefined, "This is not a domain."),
  v.check((text) => hostOf(text)?.includes(".") === true, "Enter a whole domain, such as acme.com."),
  v.check((text) => (hostOf(text)?.length ?? 0) <= maxDomainLength, "This domain is too long."),
);

/** Returns a domain in lowercase, without a dot at the end, and with international names as punycode. */
export const normalize = (name: string): string => hostOf(name.trim()) ?? name;

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Returns the host that a text names, or nothing if no host can have this name. */
function hostOf(text: string): string | undefined {
  const address = `http://${text}`;
  if (text.includes("%") || !URL.canParse(address)) return undefined;
  const host = new URL(address).hostname.replace(/\.$/, "");
  return host.split(".").every((one) => label.test(one)) ? host : undefined;
}

/** A URL writes IPv4 as four decimal numbers, however it was typed. */
const isNumeric = (text: string) => /:.*:/.test(text) || /^[\d.]+$/.test(hostOf(text) ?? "");

// threat: a domain opens those below it
// threat: an address is read up to its first @
/** Returns the domain of an email address, as the shape of addresses writes it. */
export const domainOf = (email: string): string => email.slice(email.lastIndexOf("@") + 1);
