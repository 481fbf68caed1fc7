import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { colors } from "@muster/core/account/shape.ts";
import { Check } from "lucide-react";
import { useId } from "react";
import { cn } from "#lib/cn.ts";
import { type Color, colorClass } from "#ui/avatar.tsx";

type Props = { value: Color; onChange: (color: Color) => void };

export function ColorPicker({ value, onChange }: Props) {
  const labelId = useId();
  return (
    <div className="grid gap-2">
      <span id={labelId} className="text-sm font-medium">
        Color
      </span>
      <RadioGroup<Color>
        aria-labelledby={labelId}
        value={value}
        onValueChange={onChange}
        className="flex flex-wrap gap-2.5"
      >
        {colors.map((color) => (
          <Radio.Root
            key={color}
            value={color}
            aria-label={color}
            title={color}
            className={cn(
              "grid size-8 cursor-pointer place-items-center rounded-full text-person-fg ring-offset-2 ring-offset-surface data-checked:ring-2 data-checked:ring-fg pointer-coarse:size-10",
              colorClass[color],
            )}
          >
            <Radio.Indicator>
              <Check className="size-4" strokeWidth={3} />
            </Radio.Indicator>
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  );
}
