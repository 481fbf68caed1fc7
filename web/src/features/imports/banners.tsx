import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AddSeats } from "#features/seats/add-seats.tsx";
import type { Organization } from "#lib/api.ts";
import type { Import, ImportReason } from "#lib/imports.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Banner } from "#ui/banner.tsx";
import { freeSeats, useRetry } from "./actions.tsx";
import { isOver, isStopping } from "./text.ts";

type Props = { organization: Organization; found: Import };

const linkClass = "font-medium underline underline-offset-2";

/** Says why it ended, and what prevents rows from being retried. */
export function Notifications({ organization, found }: Props) {
  const { reason, counts } = found;
  const free = freeSeats(organization) ?? 0;
  const isSeatless = isOver(found) && (counts.no_seat ?? 0) > free;
  return (
    <>
      {isStopping(found) && <Banner tone="info">Stopping. People already invited stay invited.</Banner>}
      {isOver(found) && reason !== undefined && (
        <Ending organizationId={organization.id} found={found} reason={reason} />
      )}
      {reason !== "repeated" && found.earlier !== undefined && (
        <Banner tone="info">
          This file was imported before. <EarlierLink organizationId={organization.id} earlier={found.earlier} />
        </Banner>
      )}
      {isSeatless && <NoSeat organization={organization} found={found} free={free} />}
    </>
  );
}

type EndingProps = { organizationId: string; found: Import; reason: ImportReason };

function Ending({ organizationId, found, reason }: EndingProps) {
  const { state, message, rows, earlier } = found;
  if (reason === "canceled") {
    return (
      <Banner tone="info">
        {rows > 0
          ? "This import was canceled. People already invited stay invited."
          : "This import was canceled before anybody was invited."}
      </Banner>
    );
  }
  return (
    <Banner tone={reason === "repeated" ? "info" : state === "failed" ? "danger" : "warning"}>
      {reason === "repeated" ? "Another import of this file had not ended yet." : message}{" "}
      <NextStep organizationId={organizationId} reason={reason} earlier={earlier} />
    </Banner>
  );
}

type NextProps = { organizationId: string; reason: ImportReason; earlier: string | undefined };

/** Links a failure to the page that helps. */
function NextStep({ organizationId, reason, earlier }: NextProps): ReactNode {
  const organization = organizationId;
  if (reason === "repeated" && earlier !== undefined) {
    return <EarlierLink organizationId={organizationId} earlier={earlier} />;
  }
  if (reason === "no_setting" || reason === "role_refused") {
    return (
      <Link {...pageOf(organization, "/settings/imports")} className={linkClass}>
        Import settings
      </Link>
    );
  }
  return null;
}

function EarlierLink({ organizationId: organization, earlier }: { organizationId: string; earlier: string }) {
  const params = { organization, import: earlier };
  return (
    <Link to="/organizations/$organization/imports/$import" params={params} className={linkClass}>
      See the earlier import
    </Link>
  );
}

type NoSeatProps = { organization: Organization; found: Import; free: number };

/** Says why rows are left, how to free seats, and how to add the missing ones. */
function NoSeat({ organization, found, free }: NoSeatProps) {
  const retry = useRetry({ organization, found });
  const { number, plural } = useFormat();
  const params = { organization: organization.id };
  const missing = found.counts.no_seat ?? 0;
  const rows = missing === 1 ? "row" : "rows";
  return (
    <section aria-label="Missing seats" className="grid gap-3">
      <Banner tone="warning">
        {free === 0
          ? "No seats are available for the remaining rows."
          : `Only ${plural(free, "seat is", "seats are")} available for the remaining ${number(missing)} rows.`}{" "}
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
