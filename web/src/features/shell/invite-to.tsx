import { useQuery } from "@tanstack/react-query";
import { InviteButton } from "#features/invite/button.tsx";
import { whyBlocked } from "#features/organization/blocked.ts";
import { may } from "#features/organization/permissions.ts";
import { organizationQuery } from "#lib/queries.ts";

/** For those who may invite; disabled with the reason while nobody can be invited. */
export function InviteTo({ organizationId }: { organizationId: string }) {
  const { data: organization } = useQuery(organizationQuery(organizationId));
  return (
    organization !== undefined &&
    may(organization.role, "invitation.send") && (
      <InviteButton isCompact blocked={whyBlocked(organization, "invitation.send")} />
    )
  );
}
