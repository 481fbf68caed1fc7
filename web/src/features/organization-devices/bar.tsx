import { cn } from "#lib/cn.ts";
import type { DeviceStatus, DeviceSummary } from "#lib/organization-devices.ts";
import { linkedIn, linkedStatuses } from "./statuses.ts";
import { statusText } from "./text.ts";

type Props = {
  statuses: DeviceSummary["statuses"];
  /** The only one that is shown in full. */
  chosen?: DeviceStatus | undefined;
  className: string;
};

/** Linked devices by status as a bar. The numbers stand beside it. */
export function Bar({ statuses, chosen, className }: Props) {
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
