import { ArrowDown } from "lucide-react";
import { type CSSProperties, type ReactNode, type RefObject, useEffect, useRef } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "./blocked.ts";

/** A column of a table, and what it shows of an item. */
export type Column<Item> = {
  head: string;
  cell: (item: Item) => ReactNode;
  /** Only screen readers are told what the column is. */
  isHeadHidden?: true;
  /** Its cells name their rows. */
  isRowHead?: true;
  /** A track of a grid. Without it, the column takes what the others leave. */
  width?: string;
  /** Another width on a narrow screen. A column is left out there, or its class places it below the others. */
  narrow?: "hidden" | "below" | (string & {});
  /** Of its cells. */
  className?: string | undefined;
  sort?: Sort;
};

type Sort = {
  direction: "ascending" | "descending";
  isPresent: boolean;
  /** The reason for another order now. */
  blocked: string | undefined;
  onSort: () => void;
};

type Columns<Item> = readonly Column<Item>[];
type Look = "card" | "part" | "plain";

const rowClass = "grid grid-cols-(--narrow) items-center md:grid-cols-(--wide)";
const inCard = "gap-x-4 px-4 max-md:gap-x-3 sm:px-5";
const edges: Record<Look, string> = { card: inCard, part: inCard, plain: "gap-x-2" };
const heads: Record<Look, string> = {
  card: "sticky top-13 z-10 border-b border-border bg-surface-2",
  part: "border-y border-border bg-surface-2",
  plain: "border-b border-border",
};

type Props<Item> = {
  label?: string;
  columns: Columns<Item>;
  items: readonly Item[];
  idOf: (item: Item) => string;
  /** Below other content of a card, with its edges; or as plain as the text around it. */
  look?: "part" | "plain";
  className?: string;
};

/** A table with all of its rows, each as high as what it shows. */
export function Table<Item>({ label, columns, items, idOf, look = "part", className }: Props<Item>) {
  const body = useRef<HTMLTableSectionElement>(null);
  useArrows(body);
  return (
    <table aria-label={label} className={cn("block", className)} style={tracksOf(columns)}>
      <Head columns={columns} look={look} />
      <tbody ref={body} className="block">
        {items.map((item) => (
          <tr key={idOf(item)} className={cn(rowOf(look), look === "plain" ? "py-1.5" : "min-h-13 py-2")}>
            <Cells item={item} columns={columns} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The widths of the columns, for all rows of a table. */
export function tracksOf<Item>(columns: Columns<Item>, before: readonly string[] = []): CSSProperties {
  const rest = "minmax(0,1fr)";
  const wide = columns.map(({ width = rest }) => width);
  const narrow = columns.flatMap(({ width = rest, narrow = width }) =>
    narrow === "hidden" || narrow === "below" ? [] : narrow,
  );
  const variables = { "--wide": [...before, ...wide].join(" "), "--narrow": [...before, ...narrow].join(" ") };
  return variables as CSSProperties;
}

export const rowOf = (look: Look) => cn(rowClass, edges[look], "relative border-b border-border last:border-b-0");

type HeadProps<Item> = { columns: Columns<Item>; look: Look; children?: ReactNode };

export function Head<Item>({ columns, look, children }: HeadProps<Item>) {
  const isWideOnly = columns.some(({ narrow }) => narrow === "below");
  return (
    <thead className={cn("block", heads[look], isWideOnly && "max-md:sr-only")}>
      <tr
        aria-rowindex={1}
        className={cn(rowClass, edges[look], "h-9 text-xs text-fg-2 [&>th]:text-left [&>th]:font-medium")}
      >
        {children}
        {columns.map(({ head, isHeadHidden, narrow, className, sort }) => (
          <th
            key={head}
            scope="col"
            {...(sort && { "aria-sort": sort.isPresent ? sort.direction : "none" })}
            className={cn(
              narrow === "hidden" && "max-md:hidden",
              className?.split(" ").includes("text-right") && "text-right!",
            )}
          >
            {isHeadHidden ? (
              <span className="sr-only">{head}</span>
            ) : sort ? (
              <SortButton {...sort} text={head} />
            ) : (
              head
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function SortButton({ isPresent, blocked, onSort, text }: Sort & { text: string }) {
  return (
    <button
      type="button"
      {...blockedBy(blocked)}
      onClick={() => blocked === undefined && onSort()}
      className="group -mx-1 inline-flex h-6 items-center gap-1 rounded px-1 hover:not-blocked:text-fg blocked:cursor-default"
    >
      {text}
      <ArrowDown
        aria-hidden
        className={cn(
          "size-3.5",
          !isPresent && "opacity-0 group-hover:opacity-50 group-data-blocked:opacity-0! group-focus-visible:opacity-50",
        )}
      />
    </button>
  );
}

export function Cells<Item>({ item, columns }: { item: Item; columns: Columns<Item> }) {
  return columns.map(({ head, cell, isRowHead, narrow, className }) => {
    const look = cn("min-w-0", narrow === "hidden" && "max-md:hidden", className);
    return isRowHead ? (
      <th key={head} scope="row" className={cn("text-left", look)}>
        {cell(item)}
      </th>
    ) : (
      <td key={head} className={look}>
        {cell(item)}
      </td>
    );
  });
}

/**
 * Arrows lead from a control of a row to the same one of the next row; with Shift, they also select it. What opens a
 * menu opens it with them.
 */
export function useArrows(body: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const rows = body.current;
    rows?.addEventListener("keydown", moveOn);
    return () => rows?.removeEventListener("keydown", moveOn);
  }, [body]);
}

function moveOn(event: KeyboardEvent) {
  const to = besideOf(event);
  if (to === undefined || event.defaultPrevented) return;
  event.preventDefault();
  to.focus();
  if (event.shiftKey && to instanceof HTMLInputElement && !to.checked) {
    to.dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
  }
}

/** Returns the control above or below the one that an arrow was pressed on. */
function besideOf({ key, target }: KeyboardEvent) {
  const step = key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : undefined;
  if (step === undefined || !(target instanceof HTMLElement) || target.ariaHasPopup) return undefined;
  const from = target.closest<HTMLTableCellElement>("td, th");
  const row = from?.closest("tr");
  const next = step === 1 ? row?.nextElementSibling : row?.previousElementSibling;
  const cell = from && next instanceof HTMLTableRowElement ? next.cells[from.cellIndex] : undefined;
  return cell?.querySelector<HTMLElement>("a, button, input") ?? undefined;
}
