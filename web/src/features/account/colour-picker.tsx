import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { colours } from "@muster/core/account/shape.ts";
import { Check } from "lucide-react";
import { useId } from "react";
import { cn } from "#lib/cn.ts";
import { type Colour, colourClass } from "#ui/avatar.tsx";

type Props = { value: Colour; onChange: (colour: Colour) => void };

export function ColourPicker({ value, onChange }: Props) {
  const labelId = useId();
  return (
    <div className="grid gap-2">
      <span id={labelId} className="text-sm font-medium">
        Colour
      </span>
      <RadioGroup<Colour>
        aria-labelledby={labelId}
        value={value}
        onValueChange={onChange}
        className="flex flex-wrap gap-2.5"
      >
        {colours.map((colour) => (
          <Radio.Root
            key={colour}
            value={colour}
            aria-label={colour}
            title={colour}
            className={cn(
              "grid size-8 cursor-pointer place-items-center rounded-full text-person-fg ring-offset-2 ring-offset-surface data-checked:ring-2 data-checked:ring-fg pointer-coarse:size-10",
              colourClass[colour],
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
