import { platformNames } from "@muster/core/device/platform/shape.ts";
import { useState } from "react";
import type { DeviceFilter, DeviceSummary } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { Segments } from "#ui/segments.tsx";
import { linkedIn } from "./filter.ts";
import { Bar } from "./status-bar.tsx";

type By = "platform" | "version" | "team";
type Statuses = DeviceSummary["statuses"];
type Line = { name: string; label: string; statuses: Statuses };

type Props = { summary: DeviceSummary; filter: DeviceFilter; onChoose: (by: By, value: string | undefined) => void };

/** The same by platform, version or team. A line filters the list below. */
export function Breakdown({ summary, filter, onChoose }: Props) {
  const format = useFormat();
  const [by, setBy] = useState<By>("platform");
  const options = [
    { value: "platform" as const, label: "Platform" },
    { value: "version" as const, label: "Version" },
    ...(summary.teams.length > 0 ? [{ value: "team" as const, label: "Team" }] : []),
  ];
  return (
    <section aria-labelledby="by" className="card p-5">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="by" className="text-base font-semibold">
          By {by}
        </h2>
        <Segments aria-label="Break down by" value={by} options={options} onChange={setBy} />
      </header>
      <ul className="mt-3 -mx-2 grid max-h-56 gap-0.5 overflow-y-auto">
        {linesOf(summary, by).map(({ name, label, statuses }) => {
          const isChosen = filter[by] === name;
          return (
            <li key={label}>
              <button
                type="button"
                aria-pressed={isChosen}
                onClick={() => onChoose(by, isChosen ? undefined : name)}
                className="grid min-h-9 w-full grid-cols-[minmax(0,9rem)_minmax(0,1fr)_auto] items-center gap-3 rounded-md px-2 text-left text-sm hover:bg-surface-2 aria-pressed:bg-surface-3"
              >
                <span className="truncate font-medium">{label}</span>
                <Bar statuses={statuses} className="h-1.5 gap-px" />
                <span className="tabular text-fg-2">
                  {format.number(statuses.in_force)} <span className="sr-only">in force, </span>of{" "}
                  {format.number(linkedIn(statuses))}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function linesOf({ platforms, versions, teams }: DeviceSummary, by: By): Line[] {
  switch (by) {
    case "platform":
      return platforms.map(({ platform, statuses }) => ({ name: platform, label: platformNames[platform], statuses }));
    case "version":
      return versions.map(({ app, version, statuses }) => ({ name: version, label: `${app} ${version}`, statuses }));
    case "team":
      return teams.map(({ team, statuses }) => ({ name: team.id, label: team.name, statuses }));
  }
}
