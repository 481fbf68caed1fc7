import { useEffect, useId, useRef } from "react";
import type { Side } from "#lib/merge.ts";

type Props = {
  label: string;
  texts: Record<Side, string>;
  choice: Side | undefined;
  hasFocus: boolean;
  onChoose: (side: Side) => void;
};

const sides = { theirs: "Saved in the other window", mine: "Yours, here" } as const;

/** Shows the saved and the typed text side by side, so that a person decides. */
export function BothTexts({ label, texts, choice, hasFocus, onChoose }: Props) {
  const group = useId();
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (hasFocus) first.current?.focus();
  }, [hasFocus]);
  return (
    <div role="radiogroup" aria-labelledby={group} className="grid gap-1.5">
      <span id={group} className="text-sm font-medium">
        {label}
      </span>
      <div className="grid gap-2 sm:grid-cols-2">
        {(["theirs", "mine"] as const).map((side) => (
          <label
            key={side}
            className="grid min-w-0 cursor-pointer grid-cols-[auto_minmax(0,1fr)] content-start gap-x-2.5 gap-y-1 rounded-lg border border-control bg-surface px-3 py-2 hover:border-fg-3 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              ref={side === "theirs" ? first : undefined}
              type="radio"
              name={group}
              checked={choice === side}
              onChange={() => onChoose(side)}
              className="mt-0.5 size-4 accent-accent outline-none"
            />
            <span className="text-sm text-fg-2">{sides[side]}</span>
            <span className="col-span-2 max-h-48 overflow-y-auto text-sm wrap-anywhere whitespace-pre-wrap">
              {texts[side] || <em className="text-fg-2">Empty</em>}
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}
