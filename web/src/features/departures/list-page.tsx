import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { ListGate, PageGate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { type DepartureSummary, departuresQuery } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import { pageOf } from "#lib/page-of.ts";
import { Badge } from "#ui/badge.tsx";
import { listCard } from "#ui/card.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LoadingRows } from "#ui/loading.tsx";
import { Time } from "#ui/time.tsx";
import { nameOf, openText, reasonText } from "./text.ts";

export function DeparturesPage() {
  return (
    <PageGate page="departures" skeleton={skeleton}>
      {(organization) => <Departures organization={organization} />}
    </PageGate>
  );
}

function Departures({ organization }: { organization: Organization }) {
  const list = useInfiniteQuery(departuresQuery(organization.id));
  return (
    <ListGate
      list={list}
      more="Show older"
      skeleton={skeleton}
      empty={
        <div className="card mt-4">
          <EmptyState icon={LogOut} title="No departures yet">
            Members who leave with devices and devices that are revoked are listed here, with the API keys that they
            had.
          </EmptyState>
        </div>
      }
    >
      {(items) => (
        <ul aria-label="Departures" className={`${listCard} mt-4`}>
          {items.map((departure) => (
            <Row key={departure.id} organizationId={organization.id} departure={departure} />
          ))}
        </ul>
      )}
    </ListGate>
  );
}

function Row({ organizationId, departure }: { organizationId: string; departure: DepartureSummary }) {
  const { id, reason, at, devices } = departure;
  const { tone, label } = openText(departure);
  return (
    <li className="relative flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5 px-4 py-3.5 hover:bg-surface-2 sm:px-5">
      <div className="min-w-0">
        <Link
          {...pageOf(organizationId, "/departures/$departure", { departure: id })}
          className="font-medium wrap-anywhere after:absolute after:inset-0"
        >
          {nameOf(departure)}
        </Link>{" "}
        <span className="text-fg-2">{reasonText[reason]}</span>
        <p className="text-sm text-fg-3">
          <Time at={at} /> · {plural(devices, "device")}
        </p>
      </div>
      <Badge tone={tone}>{label}</Badge>
    </li>
  );
}

const skeleton = (
  <LoadingRows what="the departures" className="card mt-4" lines={["h-4 w-56 max-w-full", "h-3 w-40"]} />
);
