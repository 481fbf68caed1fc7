import { colors } from "@muster/core/account/shape.ts";
import { Check } from "lucide-react";
import { useId } from "react";
import { cn } from "#lib/cn.ts";
import { type Color, colorClass } from "#ui/avatar.tsx";

type Props = { value: Color; onChange: (color: Color) => void };

export function ColorPicker({ value, onChange }: Props) {
  const id = useId();
  return (
    <div className="grid gap-2">
      <span id={id} className="text-sm font-medium">
        Color
      </span>
      <div role="radiogroup" aria-labelledby={id} className="flex flex-wrap gap-2.5">
        {colors.map((color) => (
          <label
            key={color}
            title={color}
            className={cn(
              "group relative grid size-8 cursor-pointer place-items-center rounded-full text-person-fg ring-offset-2 ring-offset-surface has-checked:ring-2 has-checked:ring-fg has-focus-visible:outline-2 has-focus-visible:outline-offset-4 has-focus-visible:outline-accent pointer-coarse:size-10",
              colorClass[color],
            )}
          >
            <input
              type="radio"
              name={`${id}color`}
              value={color}
              checked={color === value}
              onChange={() => onChange(color)}
              aria-label={color}
              className="absolute inset-0 cursor-pointer appearance-none rounded-[inherit] outline-none"
            />
            <Check aria-hidden className="size-4 not-group-has-checked:invisible" strokeWidth={3} />
          </label>
        ))}
      </div>
    </div>
  );
}
