import { Meter } from "@base-ui/react/meter";
import type { Seats } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { useFormat } from "#lib/use-format.ts";
import { SeatLegend, SeatShare } from "./seat-parts.tsx";

/** The number of seats used by members, held by invitations, and free. */
export function SeatsCard({ seats: { capacity, committed, used, held } }: { seats: Seats }) {
  const format = useFormat();
  const free = Math.max(0, capacity - committed);
  const words = `${format.number(used)} used, ${format.number(held)} held by invitations, ${format.number(free)} free`;
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
      <Meter.Root
        aria-label="Seats in use"
        value={committed}
        max={Math.max(capacity, committed)}
        getAriaValueText={() => words}
      >
        <Meter.Track className="mt-3 flex h-2 gap-0.5 overflow-hidden rounded-full bg-surface-3">
          <SeatShare of={used / capacity} className="bg-accent" />
          <SeatShare of={held / capacity} className="bg-warning" />
        </Meter.Track>
      </Meter.Root>
      <ul className="tabular mt-3 flex flex-wrap gap-x-3 gap-y-1 text-sm text-fg-2">
        <SeatLegend mark="bg-accent" count={format.number(used)}>
          Members
        </SeatLegend>
        <SeatLegend mark="bg-warning" count={format.number(held)}>
          Invitations
        </SeatLegend>
        <SeatLegend mark="border border-control" count={format.number(free)}>
          Free
        </SeatLegend>
      </ul>
    </section>
  );
}
