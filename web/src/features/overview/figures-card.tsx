import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Gate } from "#features/failure/gate.tsx";
import { cn } from "#lib/cn.ts";
import { type Figures, figuresQuery, type Span } from "#lib/figures.ts";
import type { Format } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { opened } from "#ui/opened.tsx";
import { Segments } from "#ui/segments.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { axisEnd, linesOf, type Measure, type Point, valuesOf } from "./figure-lines.ts";

const Table = opened(async () => (await import("#ui/table.tsx")).Table<Figures>);

const spans = [
  { value: "day", label: "90 days" },
  { value: "month", label: "12 months" },
] as const;

/** Lines differ in their pattern too, for those who see no difference in color. */
const measures: readonly { measure: Measure; label: string; short: string; line: string; dashes?: string }[] = [
  { measure: "capacity", label: "Seats", short: "Seats", line: "stroke-fg-3", dashes: "2 3" },
  { measure: "committed", label: "Seats in use", short: "In use", line: "stroke-warning", dashes: "7 3" },
  { measure: "members", label: "Members", short: "Members", line: "stroke-accent" },
  { measure: "active", label: "Active members", short: "Active", line: "stroke-success", dashes: "1 4" },
];

/** Shows the numbers of members, seats and active members over time, as lines and as a table. */
export function FiguresCard({ organizationId }: { organizationId: string }) {
  const [by, setBy] = useState<Span>("day");
  return (
    <Section
      title="Over time"
      description={
        by === "day"
          ? "Members and seats at the end of each day, and members who were active on it."
          : "Members and seats at the end of each month, and how many members were active on an average day."
      }
    >
      <div className="px-5 pb-5">
        <Segments aria-label="Time span" value={by} options={spans} onChange={setBy} />
        <Gate
          query={useQuery(figuresQuery(organizationId, by))}
          part="pt-3"
          skeleton={
            <Loading what="figures" className="mt-4">
              <Skeleton className="h-52" />
            </Loading>
          }
        >
          {({ items }) =>
            items.length === 0 ? (
              <p className="pt-4 text-sm text-fg-2">No figures yet. They appear after the first day with a change.</p>
            ) : (
              <Chart key={by} items={items} by={by} />
            )
          }
        </Gate>
      </div>
    </Section>
  );
}

function Chart({ items, by }: { items: Figures[]; by: Span }) {
  const format = useFormat();
  const [chosen, setChosen] = useState(items.length - 1);
  const [isTable, setTable] = useState(false);
  const tableId = useId();
  const end = axisEnd(valuesOf(items));
  const at = Math.min(chosen, items.length - 1);
  const [first, last, item] = [items[0], items.at(-1), items[at]];
  if (!first || !last || !item) return null;
  return (
    <>
      <div className="mt-4 flex gap-2">
        <div aria-hidden className="tabular flex w-8 flex-col justify-between text-right text-xs text-fg-3">
          <span>{format.number(end)}</span>
          <span>0</span>
        </div>
        <svg
          viewBox="0 0 100 100"
          preserveAspectRatio="none"
          role="img"
          aria-label={`From ${dateOf(first, by, format)}: ${wordsOf(first, format)}. To ${dateOf(last, by, format)}: ${wordsOf(last, format)}.`}
          className="h-40 min-w-0 flex-1 overflow-visible border-y border-border"
        >
          <Pointer at={items.length === 1 ? 50 : (at / (items.length - 1)) * 100} />
          {measures.map(({ measure, line, dashes }) =>
            linesOf(items, measure, end).map((points) => (
              <path
                key={`${measure} ${points[0]?.x}`}
                d={pathOf(points)}
                className={cn("fill-none", line)}
                strokeWidth={points.length === 1 ? 7 : 2}
                strokeLinecap="round"
                strokeLinejoin="round"
                vectorEffect="non-scaling-stroke"
                {...(dashes !== undefined && points.length > 1 && { strokeDasharray: dashes })}
              />
            )),
          )}
        </svg>
      </div>
      {items.length > 1 && (
        <input
          type="range"
          aria-label={by === "day" ? "Day" : "Month"}
          aria-valuetext={`${dateOf(item, by, format)}: ${wordsOf(item, format)}`}
          min={0}
          max={items.length - 1}
          value={at}
          onChange={(event) => setChosen(Number(event.target.value))}
          className="mt-1 ml-10 block h-6 w-[calc(100%-2.5rem)] accent-accent"
        />
      )}
      <p className="mt-1 text-sm font-medium">{dateOf(item, by, format)}</p>
      <ul className="tabular mt-1 grid grid-cols-[repeat(auto-fit,minmax(min(100%,12rem),1fr))] gap-x-3 gap-y-1 text-sm text-fg-2">
        {measures.map(({ measure, label, line, dashes }) => (
          <li key={measure} className="flex items-center gap-1.5">
            <svg aria-hidden viewBox="0 0 16 4" className="h-1 w-4 shrink-0">
              <path d="M1 2H15" className={line} strokeWidth={2} strokeLinecap="round" strokeDasharray={dashes} />
            </svg>
            {label} <span className="font-medium text-fg">{valueOf(item, measure, format)}</span>
          </li>
        ))}
      </ul>
      <Button
        variant="ghost"
        size="small"
        aria-expanded={isTable}
        aria-controls={tableId}
        onClick={() => setTable(!isTable)}
        className="mt-2"
      >
        {isTable ? "Hide table" : "Show as table"}
      </Button>
      <section id={tableId} hidden={!isTable} aria-label="Figures" {...scrolling}>
        {isTable && <FiguresTable items={items} by={by} />}
      </section>
    </>
  );
}

/** The keyboard scrolls it too. */
const scrolling = { tabIndex: 0, className: "overflow-x-auto" };

function Pointer({ at }: { at: number }) {
  return <path d={`M${at} 0V100`} className="stroke-border" strokeWidth={1} vectorEffect="non-scaling-stroke" />;
}

function FiguresTable({ items, by }: { items: Figures[]; by: Span }) {
  const format = useFormat();
  return (
    <Table
      label="Members and seats over time"
      look="plain"
      className="tabular mt-2 min-w-80 text-sm"
      columns={[
        {
          head: by === "day" ? "Day" : "Month",
          isRowHead: true,
          width: "92px",
          className: "font-normal whitespace-nowrap",
          cell: (item) => dateOf(item, by, format),
        },
        ...measures.map(({ measure, short }) => ({
          head: short,
          width: measure === "members" ? "minmax(0,1.4fr)" : "minmax(0,1fr)",
          className: "text-right",
          cell: cellFor(measure, format),
        })),
      ]}
      items={items.toReversed()}
      idOf={({ on }) => on}
    />
  );
}

const cellFor = (measure: Measure, format: Format) => (item: Figures) =>
  item[measure] === undefined ? <Unknown /> : format.number(item[measure]);

function Unknown() {
  return (
    <>
      <span aria-hidden>–</span>
      <span className="sr-only">Unknown</span>
    </>
  );
}

/** A single point is a line without a length, which its round ends make a dot. */
const pathOf = ([start, ...rest]: Point[]) =>
  start ? `M${start.x} ${start.y}${rest.length === 0 ? "h0" : rest.map(({ x, y }) => `L${x} ${y}`).join("")}` : "";

const dateOf = ({ on }: Figures, by: Span, format: Format) => (by === "day" ? format.day(on) : format.month(on));

const valueOf = (item: Figures, measure: Measure, format: Format) => {
  const value = item[measure];
  return value === undefined ? "Unknown" : format.number(value);
};

const wordsOf = (item: Figures, format: Format) =>
  measures.map(({ measure, label }) => `${label} ${valueOf(item, measure, format)}`).join(", ");
