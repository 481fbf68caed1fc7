import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";
import { isChecking } from "./secret-check.ts";

// Stored API keys of an organization. What is entered is sent once, and kept in no cache.

const secrets = v1.organizations[":organization"].secrets;
const one = secrets[":secret"];

export type Secret = Awaited<ReturnType<typeof getSecret>>;
type New = Parameters<typeof secrets.$post>[0]["json"];
export type Credentials = New["credentials"];

/** All of them: an organization has no more than fit on one page. */
export function listSecrets(organization: string) {
  return read(secrets.$get({ param: { organization }, query: {} }));
}

export function getSecret(organization: string, secret: string) {
  return read(one.$get({ param: { organization, secret }, query: {} }));
}

/** With the same key a repeated request stores nothing twice. */
export function addSecret(organization: string, json: New, key: string) {
  return read(secrets.$post({ param: { organization }, json }, { headers: { "idempotency-key": key } }));
}

export function replaceSecret(
  organization: string,
  secret: string,
  json: { credentials: Credentials; revision: number },
  key: string,
) {
  return read(one.replace.$post({ param: { organization, secret }, json }, { headers: { "idempotency-key": key } }));
}

export type SecretChanges = {
  name?: string;
  status?: "enabled" | "disabled";
  teams?: string[] | null;
  revision: number;
};

export function editSecret(organization: string, secret: string, json: SecretChanges) {
  return read(one.$patch({ param: { organization, secret }, json }));
}

export function deleteSecret(organization: string, secret: string) {
  return read(one.$delete({ param: { organization, secret }, json: {} }));
}

export function checkSecret(organization: string, secret: string) {
  return read(one.check.$post({ param: { organization, secret }, json: {} }));
}

// Queries

/** A check takes some seconds: the list is read again until none waits. */
const lookAgainMs = 1_500;

export function secretsQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "secrets"],
    queryFn: async () => (await listSecrets(organizationId)).items,
    refetchInterval: ({ state: { data } }) =>
      data?.some((secret) => isChecking(secret, Date.now())) === true && lookAgainMs,
  });
}
