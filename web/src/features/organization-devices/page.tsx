import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Gate, PageGate } from "#features/failure/gate.tsx";
import type { Organization } from "#lib/api.ts";
import { type DeviceFilter, deviceSummaryQuery } from "#lib/organization-devices.ts";
import { PageHeader } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Breakdown } from "./breakdown.tsx";
import { NoDevices } from "./empty.tsx";
import { readFilter } from "./filter.ts";
import { DeviceList } from "./list.tsx";
import { Refusals } from "./refusals.tsx";
import { StatusBar } from "./status-bar.tsx";
import { Timeline } from "./timeline.tsx";
import { Toolbar } from "./toolbar.tsx";

const from = "/_signed-in/organizations/$organization/devices/";

export function DevicesPage() {
  return (
    <PageGate page="devices" skeleton={<DevicesSkeleton />}>
      {(organization) => <Devices organization={organization} />}
    </PageGate>
  );
}

function Devices({ organization: { id } }: { organization: Organization }) {
  const filter = useSearch({ from });
  const navigate = useNavigate({ from: "/organizations/$organization/devices/" });
  const summary = useQuery(deviceSummaryQuery(id));

  // Back undoes the last filter
  function change(changes: { [K in keyof DeviceFilter]?: string | undefined }) {
    void navigate({ search: (before) => readFilter({ ...before, ...changes }), resetScroll: false });
  }

  const clear = () => void navigate({ search: {}, resetScroll: false });
  return (
    <Gate
      query={summary}
      skeleton={<DevicesSkeleton />}
      head={
        <PageHeader
          title="Devices"
          description="How far each device has got with your settings. Every report is signed by its device."
        />
      }
    >
      {(found) =>
        Object.values(found.statuses).every((count) => count === 0) ? (
          <NoDevices />
        ) : (
          <div className="grid gap-4">
            <StatusBar summary={found} chosen={filter.status} onChoose={(status) => change({ status })} />
            <div className="grid items-start gap-4 lg:grid-cols-2">
              <Timeline summary={found} />
              <Breakdown summary={found} filter={filter} onChoose={(by, value) => change({ [by]: value })} />
            </div>
            <Refusals refusals={found.refusals} />
            <Toolbar organizationId={id} summary={found} filter={filter} onChange={change} onClear={clear} />
            <DeviceList organizationId={id} filter={filter} onClear={clear} />
            <p className="text-sm text-fg-3">
              Devices are compared with the newest revision of the settings. Changes without a revision reach devices
              too, but are not counted here: who is in which team, what members choose, and your operator’s defaults.
            </p>
          </div>
        )
      }
    </Gate>
  );
}

function DevicesSkeleton() {
  return (
    <Loading what="the devices" className="grid gap-4">
      <Skeleton className="h-6 w-32" />
      <Skeleton className="h-32 w-full rounded-xl" />
      <Skeleton className="h-64 w-full rounded-xl" />
    </Loading>
  );
}
