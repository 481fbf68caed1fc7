import type { Seats } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { useFormat } from "#lib/use-format.ts";
import { Lines } from "#ui/loading.tsx";

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
        <span className="text-fg-2">of {format.plural(capacity, "seat")} in use</span>
      </p>
      <SeatBar seats={seats} of={capacity} className="mt-3" />
      <SeatLegend seats={seats} of={capacity} className="mt-3" />
    </section>
  );
}

/** The card of the seats before they are loaded. */
export function SeatsSkeleton() {
  const lines = ["h-4 w-16", "h-8 w-52", "h-2 rounded-full", "h-4 w-72 max-w-full"];
  return <Lines of={lines} className="card grid content-start gap-3 p-5" />;
}

// The picture of an organization's seats: a bar, and a legend below it.

type Part = { label: string; words: string; mark: string; count: number };

/**
 * Splits the seats by their use. Without the numbers of members and invitations, it is only known how many are in use.
 */
function partsOf({ committed, used, held }: Seats): Part[] {
  if (used === undefined || held === undefined) {
    return [{ label: "In use", words: "in use", mark: "bg-accent", count: committed }];
  }
  return [
    { label: "Members", words: "used", mark: "bg-accent", count: used },
    { label: "Invitations", words: "held by invitations", mark: "bg-warning", count: held },
  ];
}

/** The bar: which share of all seats is in use. */
export function SeatBar({ seats, of, className }: { seats: Seats; of: number; className?: string }) {
  const format = useFormat();
  const { committed } = seats;
  const parts = partsOf(seats);
  const words = [...parts, { words: "free", count: Math.max(0, of - committed) }].map(
    ({ count, words }) => `${format.number(count)} ${words}`,
  );
  const max = Math.max(of, committed, 1);
  return (
    <div className="relative">
      <meter
        aria-label="Seats in use"
        aria-valuetext={words.join(", ")}
        value={committed}
        max={max}
        className="sr-only"
      />
      <div aria-hidden className={cn("flex h-2 gap-0.5 overflow-hidden rounded-full bg-surface-3", className)}>
        {parts.map(({ label, mark, count }) => (
          <SeatShare key={label} of={count / max} className={mark} />
        ))}
      </div>
    </div>
  );
}

function SeatShare({ of, className }: { of: number; className: string }) {
  return of > 0 ? (
    <span
      className={cn("h-full min-w-1 rounded-full transition-[width] duration-200", className)}
      style={{ width: `${of * 100}%` }}
    />
  ) : null;
}

type LegendProps = { seats: Seats; of: number; isPaid?: boolean; className?: string };

/** The numbers of the bar. If more seats are in use than are paid, how many are missing. */
export function SeatLegend({ seats, of, isPaid = false, className }: LegendProps) {
  const free = of - seats.committed;
  const rest =
    isPaid && free < 0
      ? { label: "Not paid", mark: "bg-danger", count: -free }
      : { label: "Free", mark: "border border-control", count: Math.max(0, free) };
  const format = useFormat();
  return (
    <ul className={cn("tabular flex flex-wrap gap-x-3 gap-y-1 text-sm text-fg-2", className)}>
      {[...partsOf(seats), rest].map(({ label, mark, count }) => (
        <li key={label} className="flex items-center gap-1.5">
          <span aria-hidden className={cn("size-2 rounded-full", mark)} />
          {label} <span className="font-medium text-fg">{format.number(count)}</span>
        </li>
      ))}
    </ul>
  );
}
