import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";

// Settings of an organization. Separate from the rest of the API, which every page loads.

const general = v1.organizations[":organization"].settings.general;

export type GeneralSettings = Awaited<ReturnType<typeof getGeneralSettings>>;
export type GeneralChanges = {
  name?: string;
  contact: Record<string, string | null>;
  address: Record<string, string | null>;
  singleSignOn: Record<string, string | null>;
  updates: Record<string, string | null>;
};

export function getGeneralSettings(organization: string) {
  return read(general.$get({ param: { organization }, query: {} }));
}

/** Saves the changes; null clears a field. The revision is that of the settings that were read. */
export function saveGeneralSettings(organization: string, revision: number, changes: GeneralChanges) {
  return read(general.$patch({ param: { organization }, json: { revision, ...changes } }));
}

export function generalSettingsQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "settings", "general"],
    queryFn: () => getGeneralSettings(organizationId),
  });
}
