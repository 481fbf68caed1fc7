import { Confirm } from "#ui/dialog.tsx";
import { someOf } from "./text.ts";
import type { Question as Asked } from "./use-bulk.ts";

type Props<Item> = {
  asked: Asked<Item> | undefined;
  isOpen: boolean;
  nameOf: (item: Item) => string;
  onConfirm: (asked: Asked<Item>) => void;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

/** One confirmation for all rows: who it is about, and what happens to them. */
export function Question<Item>({ asked, isOpen, nameOf, onConfirm, onClose, returnFocus }: Props<Item>) {
  return (
    <Confirm
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={asked?.title ?? ""}
      action={asked?.action ?? ""}
      isDangerous={asked?.isDangerous === true}
      onConfirm={() => asked && onConfirm(asked)}
      returnFocus={returnFocus}
    >
      <p className="font-medium break-words text-fg">{asked && someOf(asked.job.items.map(nameOf))}</p>
      <ul className="mt-3 grid list-disc gap-1.5 pl-4">{asked?.consequences}</ul>
    </Confirm>
  );
}
