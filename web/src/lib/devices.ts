import { infiniteQueryOptions } from "@tanstack/react-query";
import { after, read, v1 } from "./api.ts";

// Devices of the account, and those that wait to be linked.

export type Device = Awaited<ReturnType<typeof listDevices>>["items"][number];
export type WaitingDevice = Awaited<ReturnType<typeof reviewDevice>>;

function listDevices(cursor?: string) {
  return read(v1.devices.$get({ query: after(cursor) }));
}

export const devicesQuery = infiniteQueryOptions({
  queryKey: ["devices"],
  queryFn: ({ pageParam }) => listDevices(pageParam),
  getNextPageParam: (page: { next?: string | undefined }) => page.next,
  initialPageParam: undefined as string | undefined,
  // a device is linked elsewhere, moments after it was approved here
  staleTime: 0,
});

export function renameDevice({ device, name }: { device: string; name: string }) {
  return read(v1.devices[":device"].$patch({ param: { device }, json: { name } }));
}

export function markDevice({ device, isCanary }: { device: string; isCanary: boolean }) {
  return read(v1.devices[":device"].$patch({ param: { device }, json: { isCanary } }));
}

export function revokeDevice(device: string) {
  return read(v1.devices[":device"].$delete({ param: { device }, json: {} }));
}

/** Looking changes nothing. */
export function reviewDevice(userCode: string) {
  return read(v1["device-authorization"].review.$post({ json: { userCode } }));
}

export function approveDevice(json: { userCode: string; organization: string }) {
  return read(v1["device-authorization"].approve.$post({ json }));
}

export function denyDevice(userCode: string) {
  return read(v1["device-authorization"].deny.$post({ json: { userCode } }));
}
