import * as v from "valibot";
import { printable } from "../base/shape.ts";

/** Names that only a private network or nobody resolves: RFC 6761, 6762, 8375, 9476, and what routers and clusters make up. */
const privateDomains =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|svc|cluster|consul|docker|test|example|invalid|onion|alt)$/;
/** Labels as name servers have them, of which the last is no number. */
const hostForm = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * The address of a service outside: https, the public name of a host, any port and path. Which addresses the name
 * resolves to is checked when it is used.
 */
export const ServiceUrl = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(300, "The address may have at most 300 characters."),
  printable("address"),
  v.check((text) => urlOf(text) !== undefined, "The address must begin with https:// and a host name."),
  v.check(
    // threat: an address carries a password
    (text) => !(/^https:\/\/([^/?#]*)/i.exec(text)?.[1] ?? "").includes("@"),
    "The address must not contain a name or password.",
  ),
  v.check((text) => !/[?#]/.test(text), "Remove ? or # and everything after it."),
  v.check((text) => urlOf(text)?.port !== "0", "Use a port from 1 to 65535, or none."),
  v.check((text) => !isNumeric(hostOf(text)), "Use a host name, not an IP address."),
  v.check((text) => !/[*{}<>]/.test(text), "Replace * and what is in brackets: the address is used as it is."),
  v.check((text) => isPublicName(hostOf(text)), "This host is not on the public internet."),
);

/** Returns the host that an address names, in lowercase and as punycode. */
export const hostOf = (text: string): string => urlOf(text)?.hostname.replace(/\.$/, "") ?? "";

function urlOf(text: string): URL | undefined {
  // threat: an address is not encrypted
  if (!/^https:\/\/[^/]/i.test(text) || /[\s\\]/.test(text) || !URL.canParse(text)) return undefined;
  return new URL(text);
}

// threat: an address is an IP address of the own network
/** A URL writes each IPv4 address as four decimal numbers, however it was typed, and IPv6 in brackets. */
const isNumeric = (host: string) => host.startsWith("[") || /^[\d.]+$/.test(host);

// threat: an address is a name of the own network
const isPublicName = (host: string) => hostForm.test(host) && !privateDomains.test(host);
