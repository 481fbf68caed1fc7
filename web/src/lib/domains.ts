import type { JoinMode, JoinRole } from "@muster/core/domain/shape.ts";
import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";
import { ApiError } from "./failure.ts";

// Domains of an organization, and the organizations that my own address opens to me.

const domains = v1.organizations[":organization"].domains;
const one = domains[":domain"];
const joinable = v1["joinable-organizations"];

export type Domain = Awaited<ReturnType<typeof addDomain>>;

/** With the same key a repeated request adds nothing twice. */
export function addDomain(organization: string, name: string, key: string) {
  return read(domains.$post({ param: { organization }, json: { name } }, { headers: { "idempotency-key": key } }));
}

export function checkDomain(organization: string, domain: string) {
  return read(one.check.$post({ param: { organization, domain }, json: {} }));
}

/**
 * Changes how people join as it was read: a change of that which somebody else made since then is a conflict, and a check
 * of the domain is not.
 */
export async function changeJoin(organization: string, seen: Domain, join: { mode?: JoinMode; role?: JoinRole }) {
  const param = { organization, domain: seen.id };
  const change = ({ revision }: Domain) => read(one.$patch({ param, json: { join, revision } }));
  try {
    return await change(seen);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "domain.changed") throw error;
    const now = await read(one.$get({ param, query: {} }));
    const isSame = now.join.mode === seen.join.mode && now.join.role === seen.join.role;
    if (!isSame || now.revision === seen.revision) throw error;
    return change(now);
  }
}

export function removeDomain(organization: string, domain: string) {
  return read(one.$delete({ param: { organization, domain }, json: {} }));
}

export type JoinableOrganization = Awaited<ReturnType<typeof listJoinable>>["items"][number];

function listJoinable() {
  return read(joinable.$get({ query: {} }));
}

export function joinOrganization(organization: string) {
  return read(joinable.join.$post({ json: { organization } }));
}

// Queries

export function domainsQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "domains"],
    queryFn: async () => (await read(domains.$get({ param: { organization: organizationId }, query: {} }))).items,
  });
}

export const joinableQuery = queryOptions({
  queryKey: ["joinable-organizations"],
  queryFn: async () => (await listJoinable()).items,
});
