import { type PointerEvent, useState } from "react";
import { cn } from "#lib/cn.ts";
import type { DeviceSummary, Timeline as Found, Span } from "#lib/organization-devices.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { Segments } from "#ui/segments.tsx";
import { Table } from "#ui/table.tsx";
import { highestIn, instantOf, type Layer, pathOf, stackOf } from "./timeline-shape.ts";

const spans = [
  { value: "hour", label: "Hour" },
  { value: "day", label: "Day" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
] as const satisfies { value: Span; label: string }[];

/** The shortest time in which anything has changed. */
const spanOf = ({ timelines }: DeviceSummary): Span =>
  spans.find(({ value }) => isMoving(timelines[value]))?.value ?? "month";

const isMoving = ({ series }: Found) => series.some(({ devices }) => devices.some((count) => count !== devices[0]));

/** Devices by the revision in force on them, over time: how a change arrives. */
export function Timeline({ summary }: { summary: DeviceSummary }) {
  const [span, setSpan] = useState<Span>(() => spanOf(summary));
  const [isTable, setTable] = useState(false);
  const timeline = summary.timelines[span];
  const layers = stackOf(timeline);
  return (
    <section aria-labelledby="over-time" className="card p-5">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="over-time" className="text-base font-semibold">
          Revisions in force over time
        </h2>
        <div className="flex flex-wrap items-center gap-2">
          <Segments aria-label="Time" value={span} options={spans} onChange={setSpan} />
          <Button variant="ghost" size="small" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            {isTable ? "Show chart" : "Show table"}
          </Button>
        </div>
      </header>
      {isTable ? (
        <TimelineTable timeline={timeline} layers={layers} />
      ) : (
        <Chart key={span} timeline={timeline} layers={layers} />
      )}
    </section>
  );
}

type Props = { timeline: Found; layers: readonly Layer[] };

/** The newest revision stands out; the older, the paler. */
function lookOf({ series }: Layer, index: number) {
  if (series.kind === "none") return { className: "fill-surface-3 bg-surface-3", opacity: 1 };
  if (series.kind === "earlier") return { className: "fill-border-strong bg-border-strong", opacity: 1 };
  return { className: "fill-accent bg-accent", opacity: Math.max(0.16, 0.95 * 0.68 ** index) };
}

function Chart({ timeline, layers }: Props) {
  const format = useFormat();
  const last = (layers[0]?.to.length ?? 1) - 1;
  const [pointed, setPointed] = useState<number>();
  const step = pointed ?? last;
  const highest = highestIn(layers);
  const counts = layers.map(({ label, series }) => `${label}: ${format.number(series.devices[step] ?? 0)}`);

  function point({ currentTarget, clientX }: PointerEvent<HTMLElement>) {
    const { left, width } = currentTarget.getBoundingClientRect();
    setPointed(Math.max(0, Math.min(last, Math.round(((clientX - left) / width) * last))));
  }

  return (
    <>
      <div className="relative mt-4 h-40 rounded-md border-b border-border has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-accent">
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden className="size-full overflow-visible">
          {layers.map((layer, index) => {
            const { className, opacity } = lookOf(layer, index);
            return <path key={layer.label} d={pathOf(layer, highest)} className={className} fillOpacity={opacity} />;
          })}
        </svg>
        {pointed !== undefined && (
          <span aria-hidden className="absolute inset-y-0 w-px bg-fg" style={{ left: `${(step / last) * 100}%` }} />
        )}
        <span aria-hidden className="tabular absolute top-0 left-0 text-xs text-fg-2">
          {format.number(highest)}
        </span>
        <input
          type="range"
          min={0}
          max={last}
          value={step}
          aria-label="Devices by revision at a time"
          aria-valuetext={`${format.absolute(instantOf(timeline, step))}. ${counts.join(", ")}`}
          onChange={({ target }) => setPointed(target.valueAsNumber)}
          onPointerMove={point}
          onPointerLeave={() => setPointed(undefined)}
          onBlur={() => setPointed(undefined)}
          className="absolute inset-0 size-full cursor-crosshair opacity-0"
        />
      </div>
      <div aria-hidden className="mt-1.5 flex justify-between text-xs text-fg-3">
        <span>{format.absolute(timeline.firstAt)}</span>
        <span className={cn(pointed !== undefined && "font-medium text-fg")}>
          {pointed === undefined ? "Now" : format.absolute(instantOf(timeline, step))}
        </span>
      </div>
      <ul className="tabular mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg-2">
        {layers.map((layer, index) => {
          const { className, opacity } = lookOf(layer, index);
          return (
            <li key={layer.label} className="flex items-center gap-1.5">
              <span
                aria-hidden
                style={{ opacity }}
                className={cn("size-2.5 shrink-0 rounded-sm ring-1 ring-border-strong", className)}
              />
              {layer.label}
              <span className="font-medium text-fg">{format.number(layer.series.devices[step] ?? 0)}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** Rows of the table, however many steps there are. */
const maxTableRows = 13;

function TimelineTable({ timeline, layers }: Props) {
  const format = useFormat();
  const count = layers[0]?.to.length ?? 0;
  const every = Math.max(1, Math.ceil(count / maxTableRows));
  const steps = Array.from({ length: Math.ceil(count / every) }, (_, i) => count - 1 - i * every);
  const devicesAt = (step: number) =>
    layers
      .filter(({ series }) => (series.devices[step] ?? 0) > 0)
      .map(({ label, series }) => `${label}: ${format.number(series.devices[step] ?? 0)}`)
      .join(", ") || "None";
  return (
    <Table
      look="plain"
      className="tabular mt-4 text-sm"
      columns={[
        {
          head: "Time",
          isRowHead: true,
          className: "font-normal text-fg-2",
          cell: (step) => format.absolute(instantOf(timeline, step)),
        },
        { head: "Devices", width: "minmax(0,2fr)", cell: devicesAt },
      ]}
      items={steps}
      idOf={String}
    />
  );
}
