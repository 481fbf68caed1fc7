import { getPublicSuffix } from "tldts";

/** Does the same as `core/net/public-suffix.ts`. Loaded with the websites: the list is long. */
export const isPublicSuffix = (host: string) =>
  getPublicSuffix(host, { allowPrivateDomains: false, extractHostname: false }) === host;
