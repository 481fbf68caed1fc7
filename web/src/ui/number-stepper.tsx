import { Minus, Plus } from "lucide-react";
import { useFormat } from "#lib/use-format.ts";
import { Button } from "#ui/button.tsx";
import { controlClass } from "#ui/input.tsx";
import { fieldOf } from "./field.tsx";

type Props = {
  id: string;
  /** The counted things, for the names of the buttons. */
  what: string;
  /** NaN while the input is empty or invalid. */
  value: number;
  minimum: number;
  maximum: number;
  onChange: (value: number) => void;
  /** The reason that it cannot be changed now, as a sentence. */
  blocked?: string | undefined;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
};

/** A whole number: typed, or changed by one with buttons and arrow keys. */
export function NumberStepper({ what, value, minimum, maximum, onChange, blocked, ...rest }: Props) {
  const isNumber = Number.isFinite(value);
  const format = useFormat();
  const step = (by: number) => onChange(Math.max(minimum, Math.min(maximum, (isNumber ? value : minimum) + by)));
  return (
    <div className="flex w-44 items-center gap-1.5 max-sm:w-full">
      <Button
        size="icon"
        aria-label={`One ${what} fewer`}
        blocked={blocked ?? (isNumber && value <= minimum ? `At least ${format.number(minimum)}.` : undefined)}
        onClick={() => step(-1)}
        className="size-9 shrink-0"
      >
        <Minus />
      </Button>
      <input
        {...rest}
        type="number"
        inputMode="numeric"
        min={minimum}
        max={maximum}
        step={1}
        disabled={blocked !== undefined}
        value={isNumber ? value : ""}
        onChange={({ target }) => onChange(target.value === "" ? Number.NaN : Math.trunc(Number(target.value)))}
        className={`${controlClass} plain-number tabular text-center`}
      />
      <Button
        size="icon"
        aria-label={`One ${what} more`}
        blocked={blocked ?? (isNumber && value >= maximum ? `At most ${format.number(maximum)}.` : undefined)}
        onClick={() => step(1)}
        className="size-9 shrink-0"
      >
        <Plus />
      </Button>
    </div>
  );
}

export const StepperField = fieldOf(NumberStepper);
