import { getPublicSuffix } from "tldts";

/** As `core/net/public-suffix.ts`. Loaded with the websites: the list is long. */
export const isPublicSuffix = (host: string) =>
  getPublicSuffix(host, { allowPrivateDomains: false, extractHostname: false }) === host;
