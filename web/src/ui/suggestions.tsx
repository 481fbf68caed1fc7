import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";

type Props<T> = {
  id: string;
  label: string;
  items: readonly T[];
  keyOf: (item: T) => string;
  /** The one that Enter would choose. */
  marked: number | undefined;
  onChoose: (item: T) => void;
  className: string;
  children: (item: T) => ReactNode;
};

const list = { role: "listbox" } as const;

/** Suggestions below a text field, which keeps the focus and handles the keys. */
export function Suggestions<T>({ id, label, items, keyOf, marked, onChoose, className, children }: Props<T>) {
  return (
    <div
      {...list}
      id={id}
      aria-label={label}
      className={cn("popup absolute z-30 max-h-64 overflow-y-auto p-1", items.length === 0 && "hidden", className)}
    >
      {items.map((item, at) => (
        <div
          key={keyOf(item)}
          {...optionOf(at === marked, () => onChoose(item))}
          id={`${id}-${at}`}
          className={cn(
            "flex cursor-default items-center gap-2.5 rounded-md px-2 py-1.5 text-sm",
            at === marked ? "bg-surface-3" : "hover:bg-surface-2",
          )}
        >
          {children(item)}
        </div>
      ))}
    </div>
  );
}

function optionOf(isMarked: boolean, choose: () => void) {
  return {
    role: "option",
    "aria-selected": isMarked,
    onMouseDown: (event: { preventDefault: () => void }) => event.preventDefault(),
    onClick: choose,
  } as const;
}
