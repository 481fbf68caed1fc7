import { cn } from "#lib/cn.ts";
import type { DeviceStatus, DeviceSummary } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { endedStatuses, linkedIn, linkedStatuses } from "./filter.ts";
import { statusText } from "./text.ts";

type Props = {
  summary: DeviceSummary;
  chosen: DeviceStatus | undefined;
  onChoose: (status: DeviceStatus | undefined) => void;
};

/** Statuses that are shown even if no device has them. */
const alwaysShown = new Set<DeviceStatus>(["in_force", "behind", "refused", "unreachable"]);

/** Shows the statuses of all linked devices as a bar; each part of its legend filters the list below. */
export function StatusBar({ summary, chosen, onChoose }: Props) {
  const format = useFormat();
  const { statuses, devices } = summary;
  const shown = [...linkedStatuses, ...endedStatuses].filter(
    (status) => statuses[status] > 0 || alwaysShown.has(status),
  );
  return (
    <section aria-labelledby="in-force" className="card p-5">
      <h2 id="in-force" className="tabular text-fg-2">
        In force on{" "}
        <span className="text-2xl font-semibold tracking-tight text-fg">{format.number(statuses.in_force)}</span> of{" "}
        <span className="font-medium text-fg">{format.number(devices)}</span> {devices === 1 ? "device" : "devices"}
      </h2>
      <Bar statuses={statuses} chosen={chosen} className="mt-4 h-2.5 gap-0.5" />
      <fieldset className="mt-3 -ml-2 flex flex-wrap gap-1">
        <legend className="sr-only">Show only devices with this status</legend>
        {shown.map((status) => (
          <button
            key={status}
            type="button"
            aria-pressed={chosen === status}
            onClick={() => onChoose(chosen === status ? undefined : status)}
            className="tabular flex h-8 items-center gap-2 rounded-md px-2 text-sm text-fg-2 hover:bg-surface-2 hover:text-fg aria-pressed:bg-surface-3 aria-pressed:text-fg pointer-coarse:h-10"
          >
            <span aria-hidden className={cn("size-2 shrink-0 rounded-full", statusText[status].mark)} />
            {statusText[status].label}
            <span className="font-medium text-fg">{format.number(statuses[status])}</span>
          </button>
        ))}
      </fieldset>
      {!summary.isComplete && (
        <p className="mt-3 text-sm text-fg-3">
          There are more devices than can be counted at once. These numbers are about those that were linked first.
        </p>
      )}
    </section>
  );
}

type BarProps = {
  statuses: DeviceSummary["statuses"];
  /** The only one that is shown in full. */
  chosen?: DeviceStatus | undefined;
  className: string;
};

/** Linked devices by status as a bar. The numbers stand beside it. */
export function Bar({ statuses, chosen, className }: BarProps) {
  const all = linkedIn(statuses);
  return (
    <span aria-hidden className={cn("flex w-full overflow-hidden rounded-full bg-surface-3", className)}>
      {linkedStatuses.map(
        (status) =>
          statuses[status] > 0 && (
            <span
              key={status}
              className={cn(
                "h-full min-w-1 transition-[width,opacity] duration-300 motion-reduce:transition-none",
                statusText[status].mark,
                chosen !== undefined && chosen !== status && "opacity-30",
              )}
              style={{ width: `${(statuses[status] / all) * 100}%` }}
            />
          ),
      )}
    </span>
  );
}
