import { type ReactNode, useState } from "react";

const overscan = 6;

type Props<T> = {
  label: string;
  items: readonly T[];
  /** Of every row. Unit: pixels. */
  rowHeight: number;
  /** Unit: pixels. */
  maxHeight: number;
  keyOf: (item: T) => string;
  children: (item: T, index: number) => ReactNode;
};

/** A list that scrolls within itself and draws only the rows that are near: as light with 50,000 as with 50. Each row has something to focus. */
export function ScrollList<T>({ label, items, rowHeight, maxHeight, keyOf, children }: Props<T>) {
  const [top, setTop] = useState(0);
  const height = items.length * rowHeight;
  const start = Math.min(top, Math.max(0, height - maxHeight));
  const first = Math.max(0, Math.floor(start / rowHeight) - overscan);
  const end = Math.min(items.length, Math.ceil((start + maxHeight) / rowHeight) + overscan);
  return (
    <div
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
      className="overflow-y-auto overscroll-contain rounded-lg border border-border"
      style={{ maxHeight }}
    >
      <ul aria-label={label} style={{ height, paddingTop: first * rowHeight }} className="overflow-hidden">
        {items.slice(first, end).map((item, index) => (
          <li
            key={keyOf(item)}
            aria-setsize={items.length}
            aria-posinset={first + index + 1}
            data-index={first + index}
            style={{ height: rowHeight }}
            className="border-b border-border last:border-b-0"
          >
            {children(item, first + index)}
          </li>
        ))}
      </ul>
    </div>
  );
}
