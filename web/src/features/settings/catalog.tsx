import type { FieldKey } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { type Catalog, catalogQuery } from "#lib/catalog.ts";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { useLayerForm } from "./layer-context.ts";
import { nameIn, partOf } from "./say.ts";

/** A control that needs the catalog: a placeholder until it is there, and a failure in its place. */
export function WithCatalog({ className, children }: { className: string; children: (catalog: Catalog) => ReactNode }) {
  const { organizationId } = useLayerForm();
  const catalog = useQuery(catalogQuery(organizationId));
  return (
    <Gate
      query={catalog}
      part=""
      skeleton={
        <Loading what="the catalog">
          <Skeleton className={className} />
        </Loading>
      }
    >
      {children}
    </Gate>
  );
}

/** How the entries of a setting are called, once the catalog of the current organization is there. */
export function useNameOf(field: string) {
  const { organization = "" } = useParams({ strict: false });
  const { data } = useQuery({ ...catalogQuery(organization), enabled: partOf(field as FieldKey) !== undefined });
  return (entry: string) => nameIn(data, field as FieldKey, entry);
}
