import type { Role } from "./api.ts";

/** The address of the page that is open, in another organization; where it would be refused there, of the members. */
export function samePageIn({ id, role }: { id: string; role: Role }, path: string) {
  const page = /^\/organizations\/org_[^/]+(\/.+)$/.exec(path)?.[1] ?? "";
  const isRefused = page === "/invitations" && role !== "owner" && role !== "admin";
  return `/organizations/${id}${isRefused ? "/members" : page}`;
}
