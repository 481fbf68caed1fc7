import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, v1 } from "./api.ts";
import { ApiError, offline, toApiError } from "./failure.ts";

// Who left an organization with which API keys.

const departures = v1.organizations[":organization"].departures;

export type DepartureSummary = Awaited<ReturnType<typeof listDepartures>>["items"][number];
export type Departure = Awaited<ReturnType<typeof getDeparture>>;

function listDepartures(organization: string, cursor?: string) {
  return read(departures.$get({ param: { organization }, query: after(cursor) }));
}

function getDeparture(organization: string, departure: string) {
  return read(departures[":departure"].$get({ param: { organization, departure }, query: {} }));
}

/** Reads what would leave with a member. */
function previewDeparture(organization: string, account: string) {
  const member = v1.organizations[":organization"].members[":account"];
  return read(member.departure.$get({ param: { organization, account }, query: {} }));
}

/** Returns the certificate as a file. It is signed elsewhere than the rest is answered. */
export async function getCertificate(organization: string, departure: string): Promise<Blob> {
  const path = `/api/v1/organizations/${organization}/departures/${departure}/certificate`;
  const answer = await fetch(path, { headers: { "x-muster": "1" } }).catch((cause: unknown) => {
    throw new ApiError(offline, "The server did not answer.", { cause });
  });
  if (!answer.ok) {
    throw await toApiError(answer);
  }
  return answer.blob();
}

// Queries

export function departuresQuery(organizationId: string) {
  return infiniteQueryOptions({
    queryKey: ["organization", organizationId, "departures"],
    queryFn: ({ pageParam }) => listDepartures(organizationId, pageParam),
    getNextPageParam: (page: { next?: string | undefined }) => page.next,
    initialPageParam: undefined as string | undefined,
    staleTime: 0,
  });
}

/** The time between two looks of the page, as long as something is to be done. */
const lookAgainMs = 5_000;

export function departureQuery(organizationId: string, departure: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "departure", departure],
    queryFn: () => getDeparture(organizationId, departure),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => data !== undefined && !isDone(data) && lookAgainMs,
  });
}

export function departurePreviewQuery(organizationId: string, account: string) {
  return queryOptions({
    queryKey: ["organization", organizationId, "departure-preview", account],
    queryFn: () => previewDeparture(organizationId, account),
    staleTime: 0,
    retry: false,
  });
}

/** Every device has confirmed its wipe, and no API key is the same. */
export const isDone = ({ devices, secrets }: Departure) =>
  devices.every(({ wipedAt }) => wipedAt !== undefined) && secrets.every(({ state }) => state !== "same");
