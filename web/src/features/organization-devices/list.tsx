import { platformNames } from "@muster/core/device/platform/shape.ts";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Laptop, type LucideIcon, Monitor, MonitorSmartphone, SquareTerminal } from "lucide-react";
import { Gate } from "#features/failure/gate.tsx";
import { NextPageFailure } from "#features/failure/retry-line.tsx";
import { cn } from "#lib/cn.ts";
import { type DeviceFilter, type OrganizationDevice, organizationDevicesQuery } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { useNextPage } from "#lib/use-next-page.ts";
import { useVisibleRows } from "#lib/use-visible-rows.ts";
import { Badge } from "#ui/badge.tsx";
import { Button } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { statusText } from "./text.ts";

const rowHeight = 60;
const columns =
  "grid items-center gap-x-4 px-4 sm:px-5 grid-cols-[minmax(0,1fr)_auto] md:grid-cols-[minmax(0,1fr)_148px_104px_112px_96px]";
export const platformIcons: Record<OrganizationDevice["platform"], LucideIcon> = {
  macos: Laptop,
  windows: Monitor,
  linux: SquareTerminal,
  other: MonitorSmartphone,
};

type Props = { organizationId: string; filter: DeviceFilter; onClear: () => void };

/** The devices that match, as far as they were scrolled to. */
export function DeviceList({ organizationId, filter, onClear }: Props) {
  const list = useInfiniteQuery({
    ...organizationDevicesQuery(organizationId, filter),
    placeholderData: keepPreviousData,
  });
  const devices = list.data?.pages.flatMap(({ items }) => items) ?? [];
  const waiting = list.isPending ? 6 : list.hasNextPage ? 2 : 0;
  const [body, rows] = useVisibleRows(devices.length + waiting, rowHeight);
  useNextPage(list, devices.length, rows.end);
  const skeletons = Math.max(0, rows.end - Math.max(rows.first, devices.length));

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
    <Gate query={list} part="card p-5" skeleton={null}>
      <div className="card overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0">
        <table className="block" aria-label="Devices" aria-rowcount={list.hasNextPage ? -1 : devices.length + 1}>
          <thead className="sticky block top-13 z-10 border-b border-border bg-surface-2">
            <tr className={cn(columns, "h-9 text-xs text-fg-2 [&>th]:text-left [&>th]:font-medium")}>
              <th scope="col">Device</th>
              <th scope="col">Status</th>
              {["Version", "Last contact", "Revision"].map((label) => (
                <th key={label} scope="col" className="max-md:hidden">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody ref={body} style={rows.style} className={cn("block", list.isPlaceholderData && "opacity-60")}>
            {devices.slice(rows.first, rows.end).map((device, index) => (
              <DeviceRow key={device.id} organizationId={organizationId} device={device} index={rows.first + index} />
            ))}
            {Array.from({ length: skeletons }, (_, index) => (
              <tr key={`waiting ${devices.length + index}`} className={cn(columns, "h-15 border-b border-border")}>
                <td>
                  <Skeleton className="h-4 w-48 max-w-full" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <NextPageFailure list={list} className="border-t border-border" />
      </div>
    </Gate>
  );
}

type RowProps = { organizationId: string; device: OrganizationDevice; index: number };

function DeviceRow({ organizationId, device, index }: RowProps) {
  const format = useFormat();
  const { id, name, memberName, platform, app, appVersion, isCanary, status, contactAt, inForce } = device;
  const Icon = platformIcons[platform];
  return (
    <tr
      aria-rowindex={index + 2}
      className={cn(columns, "relative h-15 border-b border-border last:border-b-0 hover:bg-surface-2")}
    >
      <td className="flex min-w-0 items-center gap-3">
        <Icon aria-label={platformNames[platform]} className="size-4 shrink-0 text-fg-3" />
        <div className="min-w-0">
          <p className="flex items-center gap-2">
            <Link
              to="/organizations/$organization/devices/$device"
              params={{ organization: organizationId, device: id }}
              className="block truncate font-medium after:absolute after:inset-0"
            >
              {name}
            </Link>
            {isCanary && <Badge>Canary</Badge>}
          </p>
          <p className="truncate text-sm text-fg-3">{memberName ?? "Former member"}</p>
        </div>
      </td>
      <td>
        <Badge tone={statusText[status].tone}>{statusText[status].label}</Badge>
      </td>
      <td className="truncate text-sm text-fg-2 max-md:hidden" title={`${app} ${appVersion}`}>
        {appVersion}
      </td>
      <td className="text-sm text-fg-2 max-md:hidden">
        <Time at={contactAt} />
      </td>
      <td className="tabular text-sm text-fg-2 max-md:hidden">
        {inForce ? format.number(inForce.revision) : <span className="text-fg-3">None yet</span>}
      </td>
    </tr>
  );
}
