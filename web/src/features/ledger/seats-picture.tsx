import { useNow } from "#lib/clock.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { highestOf, lineOf, type Step } from "./steps.ts";
import { sinceText } from "./text.ts";

/** Seats over time. Each change is in the list below, so this is one picture for a screen reader. */
export function SeatsPicture({ steps, seats }: { steps: readonly Step[]; seats: number }) {
  const format = useFormat();
  const now = useNow();
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last || (steps.length === 1 && last.to === seats)) return null;
  const highest = highestOf(steps, seats);
  const line = lineOf(steps, { at: now, seats });
  const since = sinceText(last.to, seats);
  return (
    <section aria-labelledby="seats-over-time" className="card mb-4 px-5 pt-4 pb-4">
      <h2 id="seats-over-time" className="text-base font-semibold">
        Seats over time
      </h2>
      <div className="mt-3 flex gap-2">
        <div aria-hidden className="tabular flex shrink-0 flex-col justify-between text-right text-xs text-fg-3">
          <span>{format.number(highest)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${plural(first.to, "seat")} on ${format.date(first.endedAt)}, ${format.number(seats)} now, ${format.number(highest)} at most. ${plural(steps.length, "change")}.`}
          className="h-24 min-w-0 flex-1 overflow-visible border-b border-border"
        >
          <path d={`${line}V100H0Z`} className="fill-accent-soft" />
          <path
            d={line}
            className="fill-none stroke-accent"
            strokeWidth={2}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </svg>
      </div>
      <div aria-hidden className="tabular mt-1.5 flex justify-between pl-4 text-xs text-fg-3">
        <span>{format.date(first.endedAt)}</span>
        <span>Now</span>
      </div>
      {since !== undefined && <p className="mt-2 text-sm text-fg-2">{since}</p>}
    </section>
  );
}
