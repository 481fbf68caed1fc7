import { useId } from "react";
import { cn } from "#lib/cn.ts";
import { blockedBy } from "./blocked.ts";

type Props<T extends string> = {
  value: T | undefined;
  options: readonly { value: T; label: string; isDangerous?: boolean }[];
  onChange: (value: T) => void;
  /** The reason that it cannot be changed, as a sentence. */
  blocked?: string | undefined;
  "aria-labelledby"?: string;
  "aria-label"?: string;
  "aria-describedby"?: string | undefined;
};

/** Characters of more than two words that fit into one row on a phone. */
const maxLength = 26;

/** One of a few words, side by side. */
export function Segments<T extends string>({ value, options, onChange, blocked, ...rest }: Props<T>) {
  const name = useId();
  return (
    <div
      {...rest}
      role="radiogroup"
      className={cn(
        "inline-grid auto-cols-fr grid-flow-col rounded-md border border-control bg-surface-2 p-0.5 has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent",
        options.length > 2 &&
          options.map(({ label }) => label).join("").length > maxLength &&
          "max-sm:grid-flow-row max-sm:grid-cols-3",
      )}
    >
      {options.map((option) => (
        <label
          key={option.value}
          data-danger={option.isDangerous ? "" : undefined}
          className="grid min-h-7 cursor-pointer place-items-center rounded px-3 text-center text-sm font-medium text-fg-2 select-none hover:text-fg has-checked:bg-surface has-checked:text-fg has-checked:shadow-1 data-danger:has-checked:bg-danger-soft data-danger:has-checked:text-danger-text has-data-blocked:cursor-not-allowed has-data-blocked:opacity-60 pointer-coarse:min-h-9"
        >
          <input
            type="radio"
            name={name}
            {...blockedBy(blocked)}
            checked={option.value === value}
            onChange={() => blocked === undefined && onChange(option.value)}
            className="sr-only"
          />
          {option.label}
        </label>
      ))}
    </div>
  );
}
