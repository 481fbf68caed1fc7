import type { MountedOperation } from "@muster/functions/api/openapi.ts";
import { ownPage, type Sent, type TestApi } from "./api.ts";
import type { Person } from "./world.ts";

/** A request as `TestApi.call` takes it. */
export type Sample = [method: string, path: string, sent: Sent];

type Fields = Record<string, unknown>;

/** What succeeds for whoever may ask for it. Each time another address, another flow. */
const bodies: Record<string, (api: TestApi, person?: Person) => Fields | Promise<Fields>> = {
  "account.edit": () => ({ name: "Ada Lovelace" }),
  "organization.create": () => ({ name: "Another" }),
  "organization.rename": () => ({ name: "Renamed", revision: 0 }),
  "session.ask": () => ({ email: nextEmail() }),
  "session.confirm": (api, person) =>
    person ? api.prove(person) : { flow: "flow_01ARZ3NDEKTSV4RRFFQ69G5FAV", code: "2345-6789" },
  "session.open.code": (api) => api.ask(nextEmail()),
  "session.open.token": (api) => api.ask(nextEmail()),
};

/** A request for an operation of the API document that is right in every part. */
export async function sample(
  api: TestApi,
  operation: MountedOperation,
  { person, organization }: { person?: Person | undefined; organization: string },
): Promise<Sample> {
  const actor = person?.context.actor;
  const path = operation.path
    .replace("/api/v1", "")
    .replace("{organization}", organization)
    .replace("{session}", actor?.type === "account" ? actor.session.id : "ses_01ARZ3NDEKTSV4RRFFQ69G5FAV");
  const json = await bodies[operation.id]?.(api, person);
  return [
    operation.method.toUpperCase(),
    path,
    {
      ...(person && { token: person.token }),
      ...(json && { json }),
      ...(operation.ownPagesOnly && { headers: ownPage }),
    },
  ];
}

let emails = 0;
const nextEmail = () => `somebody-${emails++}@example.com`;
