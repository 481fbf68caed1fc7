import { derive, type ID } from "../base/id.ts";
import { Keys } from "../table/keys.ts";
import { absent, any, equal, type Put, put, type Remove, remove, when } from "../table/table.ts";
import { failures } from "./failures.ts";
import type { DomainClaimRow, DomainRow } from "./row.ts";
import { domainOf } from "./shape.ts";

// A verified domain has one organization. Its claim is written and deleted in the writes that change the domain's state.

type Organization = ID<"organization">;

/** Returns the id of a domain, the same in every organization. */
export const idOf = (name: string): ID<"domain"> => derive("domain", name);

/** Returns the key of the claim of an address's domain. */
export const claimKey = (email: string) => Keys.domainClaim(idOf(domainOf(email)));

/** Holds while the organization has the claim. */
export const held = (organization: Organization) => when(equal("organization", organization), failures.changed);

/** Claims a domain for its organization, unless another one has it: the first wins. */
export const claimed = (
  organization: Organization,
  domain: ID<"domain">,
  { mode, role }: Pick<DomainRow, "mode" | "role">,
): Put =>
  put<DomainClaimRow>(
    Keys.domainClaim(domain),
    { organization, mode, role },
    when(any(absent, equal("organization", organization)), failures.taken),
  );

/** Gives the claim back. */
export const released = (organization: Organization, domain: ID<"domain">): Remove =>
  remove(Keys.domainClaim(domain), held(organization));
