import type { JoinMode } from "../shape.ts";

// Apart from what is read of a domain, so that what only names a way to join stays small.

/** Names of the ways in which people with an address of a verified domain become members. */
export const joinLabels: Record<JoinMode, string> = { off: "Off", suggest: "Suggest", automatic: "Automatic" };
