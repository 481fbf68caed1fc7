import { Link } from "@tanstack/react-router";
import { AddSeats } from "#features/billing/add-seats.tsx";
import type { Organization } from "#lib/api.ts";
import type { Import } from "#lib/imports.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { useRetry } from "./actions.tsx";

type Props = { organization: Organization; found: Import; free: number };

const linkClass = "font-medium underline underline-offset-2";

/** Why rows are left, how to free seats, and how to add the missing ones. */
export function NoSeat({ organization, found, free }: Props) {
  const retry = useRetry({ organization, found });
  const { number } = useFormat();
  const params = { organization: organization.id };
  const missing = found.counts.no_seat ?? 0;
  const rows = missing === 1 ? "row" : "rows";
  return (
    <section aria-label="Missing seats" className="grid gap-3">
      <Banner tone="warning">
        {free === 0
          ? "No seats are available for the remaining rows."
          : `Only ${number(free)} ${free === 1 ? "seat is" : "seats are"} available for the remaining ${number(missing)} rows.`}{" "}
        To free seats,{" "}
        <Link to="/organizations/$organization/invitations" params={params} search={{}} className={linkClass}>
          revoke invitations
        </Link>{" "}
        or{" "}
        <Link to="/organizations/$organization/members" params={params} search={{}} className={linkClass}>
          remove members
        </Link>
        , then retry.
      </Banner>
      <AddSeats
        organization={organization}
        needed={missing}
        purpose="import"
        next={{
          text: `When they are paid, the import goes on with ${missing === 1 ? "this row" : `these ${number(missing)} rows`}.`,
          action: `Retry ${number(missing)} ${rows}`,
        }}
        isBusy={retry.isPending}
        onEnough={() => retry.mutate()}
      />
    </section>
  );
}
