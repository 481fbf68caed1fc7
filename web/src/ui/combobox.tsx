import { Combobox as Base } from "@base-ui/react/combobox";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "#lib/cn.ts";
import { controlClass } from "#ui/input.tsx";

const optionClass =
  "flex cursor-default items-center gap-3 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:opacity-45 data-highlighted:bg-surface-2 pointer-coarse:py-2.5";

type Props = {
  id: string;
  value: string;
  items: string[];
  onChange: (value: string) => void;
  emptyText: string;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
};

/** One of many, found by typing a part of its name. */
export function Combobox({ id, value, items, onChange, emptyText, ...rest }: Props) {
  return (
    <Base.Root
      items={items}
      value={value}
      onValueChange={(next) => next !== null && onChange(next)}
      limit={60}
      autoHighlight
    >
      <div className="relative">
        <Base.Input {...rest} id={id} className={cn(controlClass, "pr-9")} />
        <Base.Trigger
          aria-label="Show all"
          className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-md text-fg-3"
        >
          <ChevronsUpDown className="size-4" />
        </Base.Trigger>
      </div>
      <Base.Portal>
        <Base.Positioner sideOffset={4} className="z-50 outline-none">
          <Base.Popup className="popup w-(--anchor-width) max-w-[calc(100vw-16px)] p-1">
            <Base.Empty className="px-2 py-3 text-sm text-fg-2 empty:hidden">{emptyText}</Base.Empty>
            <Base.List className="max-h-[min(280px,var(--available-height))] overflow-y-auto">
              {(item: string) => (
                <Base.Item key={item} value={item} className={optionClass}>
                  <span className="flex-1">{item}</span>
                  <Base.ItemIndicator>
                    <Check className="size-4 text-accent-text" />
                  </Base.ItemIndicator>
                </Base.Item>
              )}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
