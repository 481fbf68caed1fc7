import { Meter } from "@base-ui/react/meter";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";

type Seats = NonNullable<Organization["seats"]>;

/** How many seats are committed: used by members or held by invitations. */
export function SeatsCard({ seats: { committed, capacity } }: { seats: Seats }) {
  const format = useFormat();
  const free = Math.max(0, capacity - committed);
  return (
    <section aria-labelledby="seats" className="card p-5">
      <div className="flex items-baseline justify-between gap-3">
        <h2 id="seats" className="text-sm text-fg-2">
          Seats
        </h2>
        <span className="tabular text-sm font-medium">
          {free === 0 ? "All committed" : `${format.number(free)} available`}
        </span>
      </div>
      <p className="tabular mt-1">
        <span className="text-2xl font-semibold">{format.number(committed)}</span>{" "}
        <span className="text-fg-2">of {plural(capacity, "seat")} committed</span>
      </p>
      <Meter.Root
        aria-label="Seats committed"
        value={committed}
        max={capacity}
        getAriaValueText={() => `${committed} of ${capacity}`}
      >
        <Meter.Track className="mt-3 h-2 overflow-hidden rounded-full bg-surface-3">
          <Meter.Indicator
            className={cn("rounded-full transition-[width] duration-200", free === 0 ? "bg-warning" : "bg-accent")}
          />
        </Meter.Track>
      </Meter.Root>
      <p className="mt-3 text-sm text-fg-3">Committed seats are used by members or held by invitations.</p>
    </section>
  );
}
