import { useEffect, useId, useRef } from "react";
import type { Side } from "#lib/merge.ts";

type Props<T> = {
  dispute: Record<Side, T> & { choice?: Side };
  label: string;
  isFirst: boolean;
  /** Returns the text of a value; an empty one is shown as such. */
  show: (value: T) => string;
  onChoose: (side: Side) => void;
};

const sides = { theirs: "Theirs", mine: "Yours" } as const;

/** Both values of a field, so that a person decides; focus goes to the first one. */
export function DisputedField<T>({ dispute, label, isFirst, show, onChoose }: Props<T>) {
  const group = useId();
  const first = useFocusIf<HTMLInputElement>(isFirst);
  return (
    <div role="radiogroup" aria-labelledby={`${group}-label`} className="grid gap-1.5">
      <span id={`${group}-label`} className="text-sm font-medium">
        {label}
      </span>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,200px),1fr))] gap-2">
        {(["theirs", "mine"] as const).map((side) => (
          <label
            key={side}
            className="grid min-h-14 min-w-0 cursor-pointer grid-cols-[auto_minmax(0,1fr)] content-start gap-x-2.5 rounded-lg border border-control bg-surface px-3 py-2 hover:border-fg-3 has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              ref={side === "theirs" ? first : undefined}
              type="radio"
              name={group}
              checked={dispute.choice === side}
              onChange={() => onChoose(side)}
              className="row-span-2 mt-0.5 size-4 accent-accent outline-none"
            />
            <span className="text-xs text-fg-2">{sides[side]} </span>
            <span className="font-medium break-words">
              {show(dispute[side]) || <em className="font-normal text-fg-2">Empty</em>}
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}

function useFocusIf<T extends HTMLElement>(isMeant: boolean) {
  const control = useRef<T>(null);
  useEffect(() => {
    if (isMeant) {
      control.current?.focus();
      // neither below the header nor behind the bar that saves
      control.current?.closest("[role=radiogroup]")?.scrollIntoView({ block: "center" });
    }
  }, [isMeant]);
  return control;
}
