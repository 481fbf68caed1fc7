import { read, v1 } from "./api.ts";

// Deleting and restoring. It stands apart from the rest of the API, which every page loads.

const { deletion } = v1.organizations[":organization"];

export function deleteAccount(email: string) {
  return read(v1.account.deletion.$post({ json: { email } }));
}

export function deleteOrganization(organization: string, name: string) {
  return read(deletion.$post({ param: { organization }, json: { name } }));
}

export function restoreOrganization(organization: string) {
  return read(deletion.undo.$post({ param: { organization }, json: {} }));
}
