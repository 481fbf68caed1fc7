import { queryOptions } from "@tanstack/react-query";
import { read, v1 } from "./api.ts";

// Unused seats of an organization: who has them, and how they are reclaimed in the background.

const unused = v1.organizations[":organization"]["unused-seats"];

type Found = Awaited<ReturnType<typeof listUnused>>["items"][number];
export type Reclaim = NonNullable<Awaited<ReturnType<typeof getReclaim>>["reclaim"]>;
/** A member, or an invitation, with its id. */
export type Unused = Found & { id: string; isMember: boolean };
/** The criteria of a search: days and instants, so that a later request finds the same or less. */
export type Since = { inactiveSince: string; sentUntil: string | undefined };

type Looked = { of: "members"; inactiveSince: string } | { of: "invitations"; sentUntil: string };

function listUnused(organization: string, looked: Looked, cursor: string | undefined) {
  const query = { ...looked, ...(cursor !== undefined && { cursor }) };
  return read(unused.$get({ param: { organization }, query }));
}

const getReclaim = (organization: string) => read(unused.reclaim.$get({ param: { organization }, query: {} }));

/** Returns all unused seats, however many requests that takes. */
export async function findUnused(organization: string, { inactiveSince, sentUntil }: Since, signal: AbortSignal) {
  const found: Unused[] = [];
  const wanted: Looked[] = [{ of: "members", inactiveSince }];
  if (sentUntil !== undefined) {
    wanted.push({ of: "invitations", sentUntil });
  }
  for (const looked of wanted) {
    let cursor: string | undefined;
    do {
      signal.throwIfAborted();
      const { items, next } = await listUnused(organization, looked, cursor);
      for (const one of items) {
        found.push({ ...one, id: one.account ?? one.invitation ?? "", isMember: looked.of === "members" });
      }
      cursor = next;
    } while (cursor !== undefined);
  }
  return found;
}

type Order = Since & { members: number; invitations: number; except: string[]; reduces: boolean };

/** Starts it; with the same key a repeated request starts nothing else. */
export function startReclaim(organization: string, { except, sentUntil, ...order }: Order, key: string) {
  const json = { ...order, except, ...(sentUntil !== undefined && { sentUntil }) };
  return read(unused.reclaim.$post({ param: { organization }, json }, { headers: { "idempotency-key": key } }));
}

export function cancelReclaim(organization: string) {
  return read(unused.reclaim.cancel.$post({ param: { organization }, json: {} }));
}

/** Reads the progress of the reclaim, or the end of the last one. */
export function reclaimQuery(organizationId: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "reclaim"],
    queryFn: () => getReclaim(organizationId),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.reclaim?.state === "running" ? 2_000 : false),
  });
}
