import { queryOptions, useQuery } from "@tanstack/react-query";
import { may } from "#features/organization/permissions.ts";
import type { KnownRole, Organization } from "#lib/api.ts";
import { previewRevocation } from "#lib/people.ts";

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
  const { data } = useQuery({
    ...revocationQuery(id, account ?? "", role),
    enabled: isOpen && account !== undefined && may(viewer, "invitation.previewRevocation"),
  });
  return data;
}
