import type { FieldKey } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { type Catalog, catalogQuery } from "#lib/catalog.ts";
import { Loading } from "#ui/loading.tsx";
import { type ControlProps, useLayerForm } from "./layer-context.ts";
import { nameIn, partOf } from "./say.ts";

/** Makes a control one that needs the catalog: a placeholder until it is there, and a failure in its place. */
export function withCatalog(size: string, Control: ComponentType<ControlProps & { catalog: Catalog }>) {
  return function CatalogControl(props: ControlProps) {
    const query = useQuery(catalogQuery(useLayerForm().organizationId));
    return (
      <Gate query={query} part="" skeleton={<Loading what="the catalog" lines={[size]} />}>
        {(catalog) => <Control {...props} catalog={catalog} />}
      </Gate>
    );
  };
}

/** Returns a function that names the entries of a setting, once the catalog of the current organization is there. */
export function useNameOf(field: string) {
  const { organization = "" } = useParams({ strict: false });
  const { data } = useQuery({ ...catalogQuery(organization), enabled: partOf(field as FieldKey) !== undefined });
  return (entry: string) => nameIn(data, field as FieldKey, entry);
}
