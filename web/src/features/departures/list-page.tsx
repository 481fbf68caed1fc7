import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LogOut } from "lucide-react";
import { ListGate, PageGate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { type DepartureSummary, departuresQuery } from "#lib/departures.ts";
import { plural } from "#lib/format.ts";
import { Badge } from "#ui/badge.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { nameOf, openText, reasonText } from "./text.ts";

export function DeparturesPage() {
  return (
    <PageGate page="departures" skeleton={<ListSkeleton />}>
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
      skeleton={<ListSkeleton />}
      empty={
        <div className="card mt-4">
          <EmptyState picture={<Mark />} title="No departures yet">
            Members who leave with devices and devices that are revoked are listed here, with the API keys that they
            had.
          </EmptyState>
        </div>
      }
    >
      {(items) => (
        <ul
          aria-label="Departures"
          className="card mt-4 divide-y divide-border overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0"
        >
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
          to="/organizations/$organization/departures/$departure"
          params={{ organization: organizationId, departure: id }}
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

function Mark() {
  return (
    <span className="grid size-10 place-items-center rounded-xl border border-border bg-surface-2 text-fg-3">
      <LogOut aria-hidden className="size-5" />
    </span>
  );
}

function ListSkeleton() {
  return (
    <Loading what="the departures" className="card mt-4 divide-y divide-border">
      {["a", "b", "c"].map((place) => (
        <div key={place} className="grid gap-2 px-5 py-4">
          <Skeleton className="h-4 w-56 max-w-full" />
          <Skeleton className="h-3 w-40" />
        </div>
      ))}
    </Loading>
  );
}
