import type { Section } from "@muster/settings/fields.ts";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { after, read, signalOf, v1 } from "./api.ts";

// The devices of an organization, as its owners and admins see them.

const devices = v1.organizations[":organization"].devices;
const one = devices[":device"];

export type OrganizationDevice = Awaited<ReturnType<typeof getOrganizationDevice>>;
export type DeviceStatus = OrganizationDevice["status"];
export type DeviceSummary = Awaited<ReturnType<typeof getDeviceSummary>>;
export type Timeline = DeviceSummary["timelines"]["hour"];
export type Span = keyof DeviceSummary["timelines"];
export type DeviceReceipt = Awaited<ReturnType<typeof listDeviceReceipts>>["items"][number];
/** A choice of devices for the list, as it is in the URL. */
export type DeviceFilter = {
  status?: DeviceStatus;
  platform?: OrganizationDevice["platform"];
  version?: string;
  team?: string;
  revision?: string;
  /** Only those on which this section is not in force. */
  section?: Section;
};

export function getDeviceSummary(organization: string, signal?: AbortSignal) {
  return read(devices.summary.$get({ param: { organization }, query: {} }, { init: signalOf(signal) }));
}

export function listOrganizationDevices(
  organization: string,
  filter: DeviceFilter,
  cursor?: string,
  signal?: AbortSignal,
) {
  const query = { ...after(cursor), ...filter };
  return read(devices.$get({ param: { organization }, query }, { init: signalOf(signal) }));
}

export function getOrganizationDevice(organization: string, device: string) {
  return read(one.$get({ param: { organization, device }, query: {} }));
}

export function markOrganizationDevice(organization: string, device: string, isCanary: boolean) {
  return read(one.$patch({ param: { organization, device }, json: { isCanary } }));
}

export function revokeOrganizationDevice(organization: string, device: string) {
  return read(one.$delete({ param: { organization, device }, json: {} }));
}

export function listDeviceReceipts(organization: string, device: string, cursor?: string) {
  return read(one.receipts.$get({ param: { organization, device }, query: after(cursor) }));
}

// Queries: all of them are asked again while the page is visible

const pollMs = 5_000;
const fromStart = { initialPageParam: undefined as string | undefined };
const nextCursor = (page: { next?: string | undefined }) => page.next;

export function organizationDevicesKey(organizationId: string) {
  return ["organization", organizationId, "devices"] as const;
}

export function deviceSummaryQuery(organizationId: string) {
  return queryOptions({
    queryKey: [...organizationDevicesKey(organizationId), "summary"],
    queryFn: ({ signal }) => getDeviceSummary(organizationId, signal),
    // of many devices, an answer is kept for a millisecond each
    refetchInterval: ({ state }) => Math.max(pollMs, state.data?.devices ?? 0),
    staleTime: 1_000,
  });
}

export function organizationDevicesQuery(organizationId: string, filter: DeviceFilter) {
  return infiniteQueryOptions({
    queryKey: [...organizationDevicesKey(organizationId), "list", filter],
    queryFn: ({ pageParam, signal }) => listOrganizationDevices(organizationId, filter, pageParam, signal),
    getNextPageParam: nextCursor,
    // a list that was scrolled far is not read again as a whole
    refetchInterval: ({ state }) => (state.data?.pages.length ?? 0) <= 2 && 2 * pollMs,
    ...fromStart,
  });
}

export function organizationDeviceQuery(organizationId: string, device: string) {
  return queryOptions({
    queryKey: [...organizationDevicesKey(organizationId), "one", device],
    queryFn: () => getOrganizationDevice(organizationId, device),
    refetchInterval: pollMs,
  });
}

export function deviceReceiptsQuery(organizationId: string, device: string) {
  return infiniteQueryOptions({
    queryKey: [...organizationDevicesKey(organizationId), "receipts", device],
    queryFn: ({ pageParam }) => listDeviceReceipts(organizationId, device, pageParam),
    getNextPageParam: nextCursor,
    refetchInterval: ({ state }) => (state.data?.pages.length ?? 0) <= 1 && pollMs,
    ...fromStart,
  });
}
