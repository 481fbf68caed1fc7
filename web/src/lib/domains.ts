import type { JoinMode, JoinRole } from "@muster/core/domain/shape.ts";
import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";

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

/** Changes the domain as it was read: a change that somebody else made since then is a conflict. */
export function changeJoin(
  organization: string,
  { id, revision }: Pick<Domain, "id" | "revision">,
  join: { mode?: JoinMode; role?: JoinRole },
) {
  return read(one.$patch({ param: { organization, domain: id }, json: { join, revision } }));
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
