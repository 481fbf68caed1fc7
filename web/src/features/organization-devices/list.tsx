import { platformNames } from "@muster/core/device/platform/shape.ts";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Laptop, type LucideIcon, Monitor, MonitorSmartphone, SquareTerminal } from "lucide-react";
import { useMemo } from "react";
import { Gate } from "#features/failure/gate.tsx";
import type { Format } from "#lib/format.ts";
import { type DeviceFilter, type OrganizationDevice, organizationDevicesQuery } from "#lib/organization-devices.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { LongTable } from "#ui/long-table.tsx";
import type { Column } from "#ui/table.tsx";
import { Time } from "#ui/time.tsx";
import { statusText } from "./text.ts";

export const platformIcons: Record<OrganizationDevice["platform"], LucideIcon> = {
  macos: Laptop,
  windows: Monitor,
  linux: SquareTerminal,
  other: MonitorSmartphone,
};

type Props = { organizationId: string; filter: DeviceFilter; onClear: () => void };

/** The devices that match, as far as they were scrolled to. */
export function DeviceList({ organizationId, filter, onClear }: Props) {
  const format = useFormat();
  const list = useInfiniteQuery({
    ...organizationDevicesQuery(organizationId, filter),
    placeholderData: keepPreviousData,
  });
  const devices = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const columns = useMemo(() => columnsFor(organizationId, format), [organizationId, format]);
  if (!list.isPending && !list.error && !list.hasNextPage && devices.length === 0) {
    return (
      <div className="card">
        <EmptyState title="No matches" action={<Button onClick={onClear}>Clear filters</Button>}>
          No device matches these filters.
        </EmptyState>
      </div>
    );
  }
  return (
    <Gate query={list} part="card p-5">
      <LongTable label="Devices" columns={columns} list={list} items={devices} idOf={({ id }) => id} />
    </Gate>
  );
}

function columnsFor(organizationId: string, format: Format): Column<OrganizationDevice>[] {
  const aside = { narrow: "hidden", className: "text-sm text-fg-2" };
  return [
    { head: "Device", cell: (device) => <Device organizationId={organizationId} device={device} /> },
    {
      head: "Status",
      width: "148px",
      narrow: "auto",
      cell: ({ status }) => <Badge tone={statusText[status].tone}>{statusText[status].label}</Badge>,
    },
    {
      head: "Version",
      width: "104px",
      ...aside,
      cell: ({ app, appVersion }) => (
        <span title={`${app} ${appVersion}`} className="block truncate">
          {appVersion}
        </span>
      ),
    },
    { head: "Last contact", width: "112px", ...aside, cell: ({ contactAt }) => <Time at={contactAt} /> },
    {
      head: "Revision",
      width: "96px",
      ...aside,
      cell: ({ inForce }) =>
        inForce ? (
          <span className="tabular">{format.number(inForce.revision)}</span>
        ) : (
          <span className="text-fg-3">None yet</span>
        ),
    },
  ];
}

function Device({ organizationId, device }: { organizationId: string; device: OrganizationDevice }) {
  const { id, name, memberName, platform, isCanary } = device;
  const Icon = platformIcons[platform];
  return (
    <div className="flex items-center gap-3">
      <Icon aria-label={platformNames[platform]} className="size-4 shrink-0 text-fg-3" />
      <div className="min-w-0">
        <p className="flex items-center gap-2">
          <Link
            {...pageOf(organizationId, "/devices/$device", { device: id })}
            className="block truncate font-medium after:absolute after:inset-0"
          >
            {name}
          </Link>
          {isCanary && <Badge>Canary</Badge>}
        </p>
        <p className="truncate text-sm text-fg-3">{memberName ?? "Former member"}</p>
      </div>
    </div>
  );
}
