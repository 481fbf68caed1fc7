import type { FailureType } from "../base/failure.ts";
import { derive, type ID } from "../base/id.ts";
import { table } from "../kernel/ports.ts";
import { absent, any, equal, type Put, put, type Remove, remove, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import { domainKeys } from "./keys.ts";
import type { DomainClaimRow, DomainRow } from "./row.ts";
import { domainOf } from "./shape.ts";

// A verified domain has one organization. Its claim is written and deleted in the writes that change the domain's state.

type Organization = ID<"organization">;

/** Returns the id of a domain, the same in every organization. */
export const idOf = (name: string): ID<"domain"> => derive("domain", name);

/** Returns the key of the claim of an address's domain. */
export const claimKey = (email: string) => domainKeys.domainClaim(idOf(domainOf(email)));

/** Holds while the organization has the claim. */
export const held = (organization: Organization, otherwise: FailureType = failures.changed) =>
  when(equal("organization", organization), otherwise);

/** Claims a domain for its organization, unless another one has it: the first wins. */
export const claimed = (
  organization: Organization,
  domain: ID<"domain">,
  { mode, role }: Pick<DomainRow, "mode" | "role">,
): Put =>
  put<DomainClaimRow>(
    domainKeys.domainClaim(domain),
    { organization, mode, role },
    // threat: the second organization takes a domain from the first
    // threat: a domain is taken from its own organization, whose claim came back at the same moment
    when(any(absent, equal("organization", organization)), failures.taken),
  );

/**
 * Gives the claim back, if the organization has it: one that is gone, or another organization's, must not keep a domain
 * from being removed. Holds in a write that checks the domain's row, because no claim is made without changing that.
 */
export async function released(organization: Organization, domain: ID<"domain">): Promise<Remove[]> {
  const key = domainKeys.domainClaim(domain);
  const claim = await table.get(key);
  // threat: removing a domain takes it from the organization that has it now
  return claim?.organization === organization ? [remove(key, held(organization))] : [];
}
