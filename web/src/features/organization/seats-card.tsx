import type { Seats } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { useFormat } from "#lib/use-format.ts";
import { SeatBar, SeatLegend } from "./seat-parts.tsx";

/** The number of seats used by members, held by invitations, and free. */
export function SeatsCard({ seats }: { seats: Seats }) {
  const { capacity, committed } = seats;
  const format = useFormat();
  const free = Math.max(0, capacity - committed);
  return (
    <section aria-labelledby="seats" className="card p-5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="seats" className="text-sm text-fg-2">
          Seats
        </h2>
        <span className={cn("tabular text-sm font-medium", free === 0 && "text-warning-text")}>
          {free === 0 ? "None available" : `${format.number(free)} free`}
        </span>
      </div>
      <p className="tabular mt-1">
        <span className="text-2xl font-semibold">{format.number(committed)}</span>{" "}
        <span className="text-fg-2">
          of {format.number(capacity)} {capacity === 1 ? "seat" : "seats"} in use
        </span>
      </p>
      <SeatBar seats={seats} of={capacity} className="mt-3" />
      <SeatLegend seats={seats} of={capacity} className="mt-3" />
    </section>
  );
}
