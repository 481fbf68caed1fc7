import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { type Catalog, catalogQuery } from "#lib/catalog.ts";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { useLayerForm } from "./layer-context.ts";

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
