import type { Tab } from "@muster/settings/fields.ts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { cn } from "#lib/cn.ts";
import { deviceSummaryQuery, organizationDevicesKey } from "#lib/organization-devices.ts";
import { pageOf } from "#lib/page-of.ts";
import { useFormat } from "#lib/use-format.ts";

const [soonMs, laterMs] = [1_500, 15_000];
/** For a minute. */
const soonTimes = 40;

type Props = {
  organizationId: string;
  tab: Tab;
  /** Of the settings that the tab shows. */
  revision: number;
};

/** On how many devices a section of the settings is in force; asked for often in the first minute after a save. */
export function InForceLine({ organizationId, tab, revision }: Props) {
  const format = useFormat();
  const [first] = useState(revision);
  const isSaved = revision !== first;
  const { data } = useQuery({
    ...deviceSummaryQuery(organizationId),
    queryKey: [...organizationDevicesKey(organizationId), "summary", `${revision}`],
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      Math.max(isSaved && state.dataUpdateCount < soonTimes ? soonMs : laterMs, state.data?.devices ?? 0),
  });

  if (!data || data.devices === 0) {
    return <>The linked devices of your members follow these settings.</>;
  }
  const { devices, sections } = data;
  const { inForce, refused } = sections[tab];
  const isDone = inForce === devices;
  return (
    <span className="tabular flex flex-wrap items-center gap-x-3 gap-y-1">
      <span>
        In force on <span className="font-medium text-fg">{format.number(inForce)}</span> of {format.number(devices)}{" "}
        {devices === 1 ? "device" : "devices"}
      </span>
      <span aria-hidden className="h-1 w-20 overflow-hidden rounded-full bg-surface-3">
        <span
          className={cn(
            "block h-full rounded-full transition-[width] duration-500 motion-reduce:transition-none",
            isDone ? "bg-success" : "bg-accent",
            isSaved && !isDone && "animate-pulse motion-reduce:animate-none",
          )}
          style={{ width: `${(inForce / devices) * 100}%` }}
        />
      </span>
      {!isDone && (
        <Link
          {...pageOf(organizationId, "/devices")}
          search={{ section: tab, ...(refused > 0 && { status: "refused" }) }}
          className="text-accent-text underline-offset-2 hover:underline"
        >
          {refused > 0 ? `${format.number(refused)} refused it` : "Show the others"}
        </Link>
      )}
    </span>
  );
}
