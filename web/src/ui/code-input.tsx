import type { ComponentProps } from "react";
import { codeLength, showCode, toCode } from "#lib/code.ts";

type Props = Omit<ComponentProps<"input">, "value" | "onChange"> & {
  value: string;
  onCode: (code: string) => void;
};

/** One field for an emailed code: it accepts lowercase, dashes, spaces and whole pasted lines, and shows XXXX-XXXX. */
export function CodeInput({ value, onCode, ...rest }: Props) {
  return (
    <input
      {...rest}
      value={showCode(value)}
      onChange={(event) => onCode(toCode(event.target.value))}
      onPaste={(event) => {
        const pasted = toCode(event.clipboardData.getData("text"));
        if (pasted.length === codeLength) {
          event.preventDefault();
          onCode(pasted);
        }
      }}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      autoCorrect="off"
      spellCheck={false}
      inputMode="text"
      placeholder="XXXX-XXXX"
      className="h-14 w-full rounded-lg border border-control bg-surface px-3 text-center font-mono text-2xl tracking-[0.14em] text-fg shadow-1 -outline-offset-1 transition-colors duration-100 placeholder:tracking-[0.14em] hover:border-fg-3 focus-visible:border-accent focus-visible:outline-2 disabled:cursor-not-allowed disabled:bg-surface-2 disabled:text-fg-3 aria-invalid:border-danger aria-invalid:outline-danger"
    />
  );
}
