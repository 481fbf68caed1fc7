import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";

type Seats = NonNullable<Organization["seats"]>;

/** How many seats are committed: used by members or held by invitations. */
export function SeatsCard({ seats: { committed, capacity } }: { seats: Seats }) {
  const format = useFormat();
  const free = Math.max(0, capacity - committed);
  const share = capacity === 0 ? 0 : Math.min(100, (committed / capacity) * 100);
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
      <div
        role="meter"
        aria-label="Seats committed"
        aria-valuemin={0}
        aria-valuemax={capacity}
        aria-valuenow={committed}
        aria-valuetext={`${committed} of ${capacity}`}
        className="mt-3 flex h-2 gap-0.5 overflow-hidden rounded-full bg-surface-3"
      >
        <span
          className={cn("rounded-full transition-[width] duration-200", free === 0 ? "bg-warning" : "bg-accent")}
          style={{ width: `${share}%` }}
        />
      </div>
      <p className="mt-3 text-sm text-fg-3">Committed seats are used by members or held by invitations.</p>
    </section>
  );
}
