import type * as ID from "../base/id.ts";
import type { Key, List, Range } from "../table/table.ts";
import type { DomainClaimRow, DomainRow } from "./row.ts";

type Domain = ID.ID<"domain">;
type Organization = ID.ID<"organization">;

export const domainKeys = {
  /** A domain; its id hashes its name. */
  domain: (organization: Organization, domain: Domain): Key<DomainRow> => ({ pk: organization, sk: domain }),
  domains: (organization: Organization): Range<DomainRow> => ({ pk: organization, prefix: "dom_" }),
  /** The organization that has verified it. */
  domainClaim: (domain: Domain): Key<DomainClaimRow> => ({ pk: domain, sk: "#claim" }),
  /** Domains by when to check them next: `at#org`. */
  dueDomains: "domains#due" as List<DomainRow>,
};
