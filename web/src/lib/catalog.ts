import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";

// The models and applications that settings may name.

export type Catalog = Awaited<ReturnType<typeof getCatalog>>;
export type CatalogModel = Catalog["models"][number];
export type CatalogApplication = Catalog["applications"][number];

export function getCatalog(organization: string) {
  return read(v1.organizations[":organization"].settings.catalog.$get({ param: { organization }, query: {} }));
}

/** Changes only when the operator replaces it. */
export function catalogQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "catalog"],
    queryFn: () => getCatalog(organizationId),
    staleTime: 300_000,
  });
}
