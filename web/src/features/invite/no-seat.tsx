import { Link } from "@tanstack/react-router";
import { plural } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";

/** Why some cannot be invited, and how to free a seat. */
export function NoSeat({ count, organizationId }: { count: number; organizationId: string }) {
  const linkClass = "font-medium underline underline-offset-2";
  const params = { organization: organizationId };
  return (
    <Banner tone="warning">
      There is no seat available for {count === 1 ? "one of them" : plural(count, "person", "people")}. To free one,{" "}
      <Link to="/organizations/$organization/invitations" params={params} search={{}} className={linkClass}>
        revoke an invitation
      </Link>
      ,{" "}
      <Link to="/organizations/$organization/members" params={params} search={{}} className={linkClass}>
        remove a member
      </Link>{" "}
      or{" "}
      <Link to="/organizations/$organization/billing" params={params} search={{}} className={linkClass}>
        add seats
      </Link>
      . Your input is kept.
    </Banner>
  );
}
