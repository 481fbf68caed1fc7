import { Link } from "@tanstack/react-router";
import { AddSeats } from "#features/seats/add-seats.tsx";
import type { Organization } from "#lib/api.ts";
import { plural } from "#lib/format.ts";
import { Banner } from "#ui/banner.tsx";

type Props = {
  organization: Organization;
  /** The people without a seat. */
  count: number;
  /** The number of invitations that need one, with those that have one already. */
  needed: number;
  isBusy: boolean;
  onEnough: () => void;
};

/** Says why some cannot be invited, how to free a seat, and how to add the missing ones. */
export function NoSeat({ organization, count, needed, isBusy, onEnough }: Props) {
  const linkClass = "font-medium underline underline-offset-2";
  const params = { organization: organization.id };
  const sends = plural(needed, "invitation");
  return (
    <section aria-label="Missing seats" className="grid gap-3">
      <Banner tone="warning">
        There is no seat available for {count === 1 ? "one of them" : plural(count, "person", "people")}. To free{" "}
        {count === 1 ? "one" : "seats"},{" "}
        <Link to="/organizations/$organization/invitations" params={params} search={{}} className={linkClass}>
          {count === 1 ? "revoke an invitation" : "revoke invitations"}
        </Link>{" "}
        or{" "}
        <Link to="/organizations/$organization/members" params={params} search={{}} className={linkClass}>
          {count === 1 ? "remove a member" : "remove members"}
        </Link>
        . Your input is kept.
      </Banner>
      <AddSeats
        organization={organization}
        needed={needed}
        purpose="invitation"
        next={{
          text: `When ${count === 1 ? "the seat is" : "the seats are"} paid, ${sends} ${needed === 1 ? "is" : "are"} sent.`,
          action: `Send ${sends}`,
        }}
        kept="You can also close this: nothing that you entered is lost."
        isBusy={isBusy}
        onEnough={onEnough}
      />
    </section>
  );
}
