import { Meter } from "@base-ui/react/meter";
import type { ReactNode } from "react";
import type { Seats } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { useFormat } from "#lib/use-format.ts";

/** How many seats are used by members, held by invitations, and free. */
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
          {free === 0 ? "None free" : `${format.number(free)} free`}
        </span>
      </div>
      <p className="tabular mt-1">
        <span className="text-2xl font-semibold">{format.number(committed)}</span>{" "}
        <span className="text-fg-2">
          of {format.number(capacity)} {capacity === 1 ? "seat" : "seats"} taken
        </span>
      </p>
      <Meter.Root
        aria-label="Seats taken"
        value={committed}
        max={Math.max(capacity, committed)}
        getAriaValueText={() => words}
      >
        <Meter.Track className="mt-3 flex h-2 gap-0.5 overflow-hidden rounded-full bg-surface-3">
          <Part share={used / capacity} className="bg-accent" />
          <Part share={held / capacity} className="bg-warning" />
        </Meter.Track>
      </Meter.Root>
      <ul className="tabular mt-3 flex flex-wrap gap-x-3 gap-y-1 text-sm text-fg-2">
        <Legend mark="bg-accent" count={format.number(used)}>
          Members
        </Legend>
        <Legend mark="bg-warning" count={format.number(held)}>
          Invitations
        </Legend>
        <Legend mark="border border-control" count={format.number(free)}>
          Free
        </Legend>
      </ul>
    </section>
  );
}

function Part({ share, className }: { share: number; className: string }) {
  return share > 0 ? (
    <span
      className={cn("h-full min-w-1 rounded-full transition-[width] duration-200", className)}
      style={{ width: `${Math.min(1, share) * 100}%` }}
    />
  ) : null;
}

function Legend({ mark, count, children }: { mark: string; count: string; children: ReactNode }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className={cn("size-2 rounded-full", mark)} />
      {children} <span className="font-medium text-fg">{count}</span>
    </li>
  );
}
