import { getPublicSuffix } from "tldts";

/**
 * Returns whether anybody can register names below this one, such as `co.uk`, by the public suffix list. Names that one
 * company gives out below its own domain, such as `github.io`, are not among them.
 * @param host in lowercase and as punycode
 */
export const isPublicSuffix = (host: string): boolean =>
  getPublicSuffix(host, { allowPrivateDomains: false, extractHostname: false }) === host;
