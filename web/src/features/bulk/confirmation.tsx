import { Confirm } from "#ui/dialog.tsx";
import { someOf } from "./text.ts";
import type { Confirmation } from "./use-bulk.ts";

type Props<Item> = {
  confirmation: Confirmation<Item> | undefined;
  isOpen: boolean;
  nameOf: (item: Item) => string;
  onConfirm: (confirmation: Confirmation<Item>) => void;
  onClose: () => void;
  returnFocus: () => HTMLElement | null;
};

/** One confirmation for all rows: who it is about, and what happens to them. */
export function ConfirmationDialog<Item>({
  confirmation,
  isOpen,
  nameOf,
  onConfirm,
  onClose,
  returnFocus,
}: Props<Item>) {
  return (
    <Confirm
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      title={confirmation?.title ?? ""}
      action={confirmation?.action ?? ""}
      isDangerous={confirmation?.isDangerous === true}
      onConfirm={() => confirmation && onConfirm(confirmation)}
      returnFocus={returnFocus}
    >
      <p className="font-medium break-words text-fg">{confirmation && someOf(confirmation.job.items.map(nameOf))}</p>
      <ul className="mt-3 grid list-disc gap-1.5 pl-4">{confirmation?.consequences}</ul>
    </Confirm>
  );
}
