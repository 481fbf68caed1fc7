import { Minus, Plus } from "lucide-react";
import { Button } from "#ui/button.tsx";
import { controlClass } from "#ui/input.tsx";

type Props = {
  id: string;
  /** What is counted, for the names of the buttons. */
  what: string;
  /** Not a number while nothing, or nonsense, is typed. */
  value: number;
  minimum: number;
  maximum: number;
  onChange: (value: number) => void;
  disabled?: boolean;
  "aria-describedby"?: string | undefined;
  "aria-invalid"?: true | undefined;
};

/** A whole number: typed, or one more and one less by buttons and arrow keys. */
export function NumberStepper({ what, value, minimum, maximum, onChange, disabled = false, ...rest }: Props) {
  const isNumber = Number.isFinite(value);
  const step = (by: number) => onChange(Math.min(maximum, Math.max(minimum, (isNumber ? value : minimum) + by)));
  return (
    <div className="flex w-44 items-center gap-1.5 max-sm:w-full">
      <Button
        size="icon"
        aria-label={`One ${what} less`}
        disabled={disabled || (isNumber && value <= minimum)}
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
        disabled={disabled}
        value={isNumber ? value : ""}
        onChange={({ target }) => onChange(target.value === "" ? Number.NaN : Math.trunc(Number(target.value)))}
        className={`${controlClass} plain-number tabular text-center`}
      />
      <Button
        size="icon"
        aria-label={`One ${what} more`}
        disabled={disabled || (isNumber && value >= maximum)}
        onClick={() => step(1)}
        className="size-9 shrink-0"
      >
        <Plus />
      </Button>
    </div>
  );
}
