import type { FieldKey } from "@muster/settings/fields.ts";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { catalogQuery } from "#lib/catalog.ts";
import { nameIn, partOf } from "./say.ts";

/** How the entries of a setting are called, once the catalog of the current organization is there. */
export function useNameOf(field: string) {
  const { organization = "" } = useParams({ strict: false });
  const { data } = useQuery({ ...catalogQuery(organization), enabled: partOf(field as FieldKey) !== undefined });
  return (entry: string) => nameIn(data, field as FieldKey, entry);
}
