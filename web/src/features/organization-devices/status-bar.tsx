import { cn } from "#lib/cn.ts";
import type { DeviceStatus, DeviceSummary } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { Bar } from "./bar.tsx";
import { endedStatuses, linkedStatuses } from "./statuses.ts";
import { statusText } from "./text.ts";

type Props = {
  summary: DeviceSummary;
  chosen: DeviceStatus | undefined;
  onChoose: (status: DeviceStatus | undefined) => void;
};

/** What is shown although no device has it. */
const alwaysShown = new Set<DeviceStatus>(["in_force", "behind", "refused", "unreachable"]);

/** How all linked devices stand, as a bar; each part of its legend filters the list below. */
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
