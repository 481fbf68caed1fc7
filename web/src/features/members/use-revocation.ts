import { queryOptions, useQuery } from "@tanstack/react-query";
import { may } from "#features/rights/permissions.ts";
import type { KnownRole, Organization } from "#lib/api.ts";
import { previewRevocation, type Revocation } from "#lib/people.ts";

/** What is known if the preview fails: that it may end some. */
export const unknownRevocation: Revocation = { revoked: 0, keepable: 0, isComplete: false };

/** Which pending invitations end with a change of one member. */
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
