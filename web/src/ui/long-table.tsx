import { memo, useEffect, useRef, useState } from "react";
import { cn } from "#lib/cn.ts";
import { wideCard } from "./card.tsx";
import { CheckBox } from "./check-box.tsx";
import { NextPageFailure } from "./retry-line.tsx";
import { Skeleton } from "./skeleton.tsx";
import { Cells, type Column, Head, rowOf, tracksOf, useArrows } from "./table.tsx";
import { SelectAll, type Selectable, type SelectionOf } from "./table-selection.tsx";

/** The rows that are drawn beyond each end of the window. */
const overscan = 8;
/** The number of rows before the end at which the next page is requested. */
const ahead = 30;

type Pages = Parameters<typeof NextPageFailure>[0]["list"] & {
  isPending: boolean;
  isFetching: boolean;
  isPlaceholderData: boolean;
  hasNextPage: boolean;
  fetchNextPage: () => Promise<unknown>;
};

type Props<Item> = {
  label: string;
  /** The same ones while the rows are the same: then they are not drawn again. */
  columns: readonly Column<Item>[];
  list: Pages;
  items: readonly Item[];
  idOf: (item: Item) => string;
  /** Without it, rows cannot be selected. */
  selection?: SelectionOf<Item> | undefined;
  /** Each row begins with a picture. */
  hasPictures?: boolean;
  /** It is below other content of a card. */
  isPart?: boolean;
};

/** A table that is loaded as it is scrolled and draws only the rows that are near: as light with 100,000 as with 50. */
export function LongTable<Item>(props: Props<Item>) {
  const { label, columns, list, items, idOf, selection, hasPictures = false, isPart = false } = props;
  const waiting = list.isPending ? 8 : list.hasNextPage ? 3 : 0;
  const [body, rows] = useVisibleRows(items.length + waiting);
  useNextPage(list, items.length, rows.end);
  useArrows(body);
  return (
    <div className={isPart ? undefined : wideCard}>
      <table
        className="block"
        style={tracksOf(columns, selection && ["16px"])}
        aria-label={label}
        aria-rowcount={list.hasNextPage ? -1 : items.length + 1}
        aria-busy={list.isFetching}
      >
        <Head columns={columns} look={isPart ? "part" : "card"}>
          {selection && (
            <th scope="col">
              <SelectAll selection={selection} />
            </th>
          )}
        </Head>
        <tbody
          ref={body}
          style={rows.style}
          className={cn(
            "block transition-opacity duration-100 [&_:is(a,button,input)]:scroll-my-24",
            list.isPlaceholderData && "opacity-60",
          )}
        >
          {items.slice(rows.first, rows.end).map((item, index) => (
            <Row
              key={idOf(item)}
              item={item}
              index={rows.first + index}
              columns={columns}
              selectable={selection?.selectable}
              isSelected={selection?.has(item) ?? false}
            />
          ))}
          {Array.from({ length: rows.end - Math.max(rows.first, items.length) }, (_, index) => (
            <tr key={`waiting ${items.length + index}`} aria-hidden className="block">
              <td className="block">
                <RowSkeleton hasPicture={hasPictures} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <NextPageFailure list={list} className="border-t border-border" />
    </div>
  );
}

type RowProps<Item> = {
  item: Item;
  index: number;
  columns: readonly Column<Item>[];
  selectable: Selectable<Item> | undefined;
  isSelected: boolean;
};

/** A row that is drawn again only if it has changed. */
const Row = memo(function Row<Item>({ item, index, columns, selectable, isSelected }: RowProps<Item>) {
  return (
    <tr
      aria-rowindex={index + 2}
      className={cn(rowOf("card"), "h-15", isSelected ? "bg-accent-soft" : "hover:bg-surface-2")}
    >
      {selectable && (
        <td>
          <CheckBox
            label={`Select ${selectable.nameOf(item)}`}
            blocked={selectable.whyNot(item)}
            isChecked={isSelected}
            onChange={(isOn, isRange) => selectable.onChoose(item, isOn, isRange)}
          />
        </td>
      )}
      <Cells item={item} columns={columns} />
    </tr>
  );
}) as <Item>(props: RowProps<Item>) => React.JSX.Element;

/** A table before its page is loaded. */
export function TableSkeleton({ hasPictures = false }: { hasPictures?: boolean }) {
  return (
    <div className={wideCard}>
      <div className="h-9 border-b border-border bg-surface-2" />
      {["a", "b", "c", "d", "e", "f", "g", "h"].map((place) => (
        <RowSkeleton key={place} hasPicture={hasPictures} />
      ))}
    </div>
  );
}

function RowSkeleton({ hasPicture }: { hasPicture: boolean }) {
  return (
    <div aria-hidden className="flex h-15 items-center gap-3 border-b border-border px-4 sm:px-5">
      {hasPicture && <Skeleton className="size-8 rounded-full" />}
      <div className="grid gap-1.5">
        <Skeleton className="h-3.5 w-32" />
        <Skeleton className="h-3 w-44" />
      </div>
      <Skeleton className="ml-auto h-3.5 w-20 max-sm:hidden" />
    </div>
  );
}

/** Requests more of a list before it is scrolled to its end. */
function useNextPage(list: Pages, loaded: number, lastShown: number) {
  const { hasNextPage, isFetching, isFetchNextPageError, isPlaceholderData, fetchNextPage } = list;
  const isNear = lastShown >= loaded - ahead;
  const wants = isNear && hasNextPage && !isFetching && !isFetchNextPageError && !isPlaceholderData;
  useEffect(() => {
    if (wants) {
      void fetchNextPage();
    }
  }, [wants, fetchNextPage]);
}

const rowHeight = 60;

/** Returns the rows of a long list of equal rows that are near the window, and the space that the others take. */
function useVisibleRows(count: number) {
  const list = useRef<HTMLTableSectionElement>(null);
  const [range, setRange] = useState({ first: 0, end: 2 * overscan });

  useEffect(() => {
    let frame = 0;
    function look() {
      frame = 0;
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - overscan);
      const end = Math.max(first, Math.ceil((window.innerHeight - top) / rowHeight) + overscan);
      setRange((before) => (before.first === first && before.end === end ? before : { first, end }));
    }
    function plan() {
      frame ||= window.requestAnimationFrame(look);
    }
    look();
    const observer = new ResizeObserver(plan);
    observer.observe(document.body);
    window.addEventListener("scroll", plan, { passive: true });
    window.addEventListener("resize", plan);
    return () => {
      window.cancelAnimationFrame(frame);
      observer.disconnect();
      window.removeEventListener("scroll", plan);
      window.removeEventListener("resize", plan);
    };
  }, []);

  const first = Math.min(range.first, count);
  const end = Math.min(range.end, count);
  const style = { height: count * rowHeight, paddingTop: first * rowHeight };
  return [list, { first, end, style }] as const;
}
