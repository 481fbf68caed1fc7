import { Radio } from "@base-ui/react/radio";
import { RadioGroup } from "@base-ui/react/radio-group";
import { useEffect, useId, useRef } from "react";
import type { Dispute, Side } from "./merge.ts";
import { type FieldName, labels } from "./values.ts";

type Props = {
  dispute: Dispute;
  isFirst: boolean;
  show?: ((value: string) => string) | undefined;
  onChoose: (field: FieldName, side: Side) => void;
};

const words: Record<Side, string> = { theirs: "Theirs", mine: "Yours" };

/** Both values of a field, so that a person decides; the first one is where the page goes on. */
export function DisputedField({ dispute, isFirst, show = (value) => value, onChoose }: Props) {
  const labelId = useId();
  const first = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isFirst) {
      first.current?.focus();
    }
  }, [isFirst]);
  return (
    <div className="grid gap-1.5">
      <span id={labelId} className="text-sm font-medium">
        {labels[dispute.field]}
      </span>
      <RadioGroup<Side | null>
        aria-labelledby={labelId}
        value={dispute.choice ?? null}
        onValueChange={(side) => side && onChoose(dispute.field, side)}
        className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,200px),1fr))] gap-2"
      >
        {(["theirs", "mine"] as const).map((side) => (
          <Radio.Root
            key={side}
            ref={side === "theirs" ? first : undefined}
            value={side}
            className="group flex min-h-14 min-w-0 cursor-pointer items-start gap-2.5 rounded-lg border border-control bg-surface px-3 py-2 text-left hover:border-fg-3 data-checked:border-accent data-checked:bg-accent-soft"
          >
            <span
              aria-hidden
              className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-control group-data-checked:border-accent"
            >
              <Radio.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span className="min-w-0">
              <span className="block text-xs text-fg-2">{words[side]}</span>
              <span className="block font-medium break-words">
                {dispute[side] === "" ? <em className="font-normal text-fg-2">Empty</em> : show(dispute[side])}
              </span>
            </span>
          </Radio.Root>
        ))}
      </RadioGroup>
    </div>
  );
}
