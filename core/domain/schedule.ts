import type { ID } from "../base/id.ts";
import { Ranks } from "../table/ranks.ts";
import { domainKeys } from "./keys.ts";

/** Attributes of a domain that the clock checks at this instant: its place in the list of such domains. */
export const placed = (organization: ID<"organization">, checkAt: string) => ({
  checkAt,
  list: domainKeys.dueDomains,
  rank: Ranks.organization(checkAt, organization),
});

/** The same attributes, to remove. */
export const placement = ["checkAt", "list", "rank"] as const;
