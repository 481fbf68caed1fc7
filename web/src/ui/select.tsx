import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";
import { cn } from "#lib/cn.ts";
import { controlClass } from "#ui/input.tsx";

export type Option<T extends string> = { value: T; label: string; hint?: string };

type Props<T extends string> = {
  id: string;
  value: T;
  options: Option<T>[];
  onChange: (value: T) => void;
  "aria-describedby"?: string | undefined;
};

export const optionClass =
  "flex cursor-default items-center gap-3 rounded-md px-2 py-1.5 text-sm outline-none select-none data-disabled:opacity-45 data-highlighted:bg-surface-2 pointer-coarse:py-2.5";

export function Select<T extends string>({ id, value, options, onChange, ...rest }: Props<T>) {
  return (
    <Base.Root items={options} value={value} onValueChange={(next) => next !== null && onChange(next)}>
      <Base.Trigger {...rest} id={id} className={cn(controlClass, "flex items-center justify-between gap-2 text-left")}>
        <Base.Value className="truncate" />
        <Base.Icon>
          <ChevronsUpDown className="size-4 text-fg-3" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50 outline-none">
          <Base.Popup className="popup max-w-[calc(100vw-16px)] min-w-(--anchor-width) p-1">
            <Base.List className="max-h-[min(320px,var(--available-height))] overflow-y-auto">
              {options.map((option) => (
                <Base.Item key={option.value} value={option.value} className={optionClass}>
                  <Base.ItemText className="flex-1">{option.label}</Base.ItemText>
                  {option.hint && <span className="tabular text-xs text-fg-3">{option.hint}</span>}
                  <span className="size-4">
                    <Base.ItemIndicator>
                      <Check className="size-4 text-accent-text" />
                    </Base.ItemIndicator>
                  </span>
                </Base.Item>
              ))}
            </Base.List>
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
