import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Organization } from "#lib/api.ts";
import type { Import, ImportReason } from "#lib/imports.ts";
import { Banner } from "#ui/banner.tsx";
import { freeSeats } from "./actions.tsx";
import { NoSeat } from "./no-seat.tsx";
import { isOver, isStopping } from "./text.ts";

type Props = { organization: Organization; found: Import };

const linkClass = "font-medium underline underline-offset-2";

/** Why it ended, and what prevents rows from being retried. */
export function Notifications({ organization, found }: Props) {
  const { reason, message, state, counts } = found;
  const free = freeSeats(organization) ?? 0;
  const isSeatless = isOver(found) && (counts.no_seat ?? 0) > free;
  return (
    <>
      {isStopping(found) && <Banner tone="info">Stopping. People already invited stay invited.</Banner>}
      {isOver(found) && reason !== undefined && reason !== "canceled" && (
        <Banner tone={reason === "repeated" ? "info" : state === "failed" ? "danger" : "warning"}>
          {reason === "repeated" ? "Another import of this file had not ended yet." : message}{" "}
          <NextStep organizationId={organization.id} reason={reason} earlier={found.earlier} />
        </Banner>
      )}
      {state === "canceled" && reason === "canceled" && (
        <Banner tone="info">
          {found.rows > 0
            ? "This import was canceled. People already invited stay invited."
            : "This import was canceled before anybody was invited."}
        </Banner>
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

type NextProps = { organizationId: string; reason: ImportReason; earlier: string | undefined };

/** Links a failure to the page that helps. */
function NextStep({ organizationId, reason, earlier }: NextProps): ReactNode {
  const organization = organizationId;
  if (reason === "repeated" && earlier !== undefined) {
    return <EarlierLink organizationId={organizationId} earlier={earlier} />;
  }
  if (reason === "no_setting" || reason === "role_refused") {
    return (
      <Link to="/organizations/$organization/settings/imports" params={{ organization }} className={linkClass}>
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
