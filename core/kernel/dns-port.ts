/** Reasons that a name's records are not known. */
export const dnsFaults = ["timeout", "failed", "oversized"] as const;
export type DnsFault = (typeof dnsFaults)[number];

/** The TXT records of a name, an alias in their place, or why neither is known. */
export type DnsAnswer = { values: string[] } | { alias: true } | { fault: DnsFault };

/** Asks the public domain name system. A name without TXT records has no values. */
export type Dns = { text(name: string): Promise<DnsAnswer> };
