import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";

// Deleting and restoring. Separate from the rest of the API, which every page loads.

const { deletion } = v1.organizations[":organization"];

function previewAccountDeletion() {
  return read(v1.account.deletion.$get({ query: {} }));
}

export type AccountDeletion = Awaited<ReturnType<typeof previewAccountDeletion>>;

/** The organizations that prevent the deletion of an account, refetched each time: others may have become owners. */
export const accountDeletionQuery = queryOptions({
  queryKey: ["account", "deletion"],
  queryFn: previewAccountDeletion,
  staleTime: 0,
  gcTime: 0,
});

export function deleteAccount(email: string) {
  return read(v1.account.deletion.$post({ json: { email } }));
}

export function deleteOrganization(organization: string, name: string) {
  return read(deletion.$post({ param: { organization }, json: { name } }));
}

export function restoreOrganization(organization: string) {
  return read(deletion.undo.$post({ param: { organization }, json: {} }));
}
