import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "#lib/cn.ts";
import { controlClass } from "#ui/input.tsx";
import { fieldOf } from "./field.tsx";

type Props = Omit<ComponentProps<"select">, "onChange" | "children"> & {
  options: readonly { value: string; label: string }[];
  onChoose?: (value: string) => void;
};

/** The browser's own list of choices: light enough for a hundred rows, and native on a phone. */
export function NativeSelect({ options, onChoose, className, ...rest }: Props) {
  return (
    <span className={cn("relative inline-grid", className)}>
      <select
        {...rest}
        {...(onChoose && { onChange: (event) => onChoose(event.target.value) })}
        className={cn(controlClass, "appearance-none pr-8 pl-3 text-ellipsis")}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-fg-3"
      />
    </span>
  );
}

export const SelectField = fieldOf(NativeSelect);
