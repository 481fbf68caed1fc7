import { queryOptions, useQuery } from "@tanstack/react-query";
import { may } from "#features/rights/permissions.ts";
import type { KnownRole, Organization } from "#lib/api.ts";
import { previewRevocation, type Revocation } from "#lib/people.ts";

/** The answer if the preview fails: it may end some. */
export const unknownRevocation: Revocation = { revoked: 0, keepable: 0, isComplete: false };

/** Reads the pending invitations that end with a change of one member. */
export function revocationQuery(organizationId: string, account: string, role?: KnownRole) {
  return queryOptions({
    queryKey: ["organization", organizationId, "revocation", account, role ?? "removed"],
    queryFn: () => previewRevocation(organizationId, account, role),
    staleTime: 0,
    retry: false,
  });
}

/** The same while a dialog is open. */
export function useRevocation(
  { id, role: viewer }: Organization,
  account: string | undefined,
  { role, isOpen }: { role?: KnownRole; isOpen: boolean },
) {
  const { data, isError } = useQuery({
    ...revocationQuery(id, account ?? "", role),
    enabled: isOpen && account !== undefined && may(viewer, "invitation.previewRevocation"),
  });
  return isError ? unknownRevocation : data;
}
