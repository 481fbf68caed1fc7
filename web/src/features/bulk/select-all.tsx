import { CheckBox } from "#ui/check-box.tsx";
import type { SelectionOf } from "./use-selection.ts";

/** Where focus goes when nothing is selected any more. */
export const selectAllId = "select-all";

/** The check box of the head: for all rows that are loaded and may be selected. */
export function SelectAll<Item>({ selection, what }: { selection: SelectionOf<Item>; what: string }) {
  return (
    <CheckBox
      id={selectAllId}
      label={`Select all loaded ${what}`}
      blocked={selection.canChoose ? undefined : "There is nothing that you may select."}
      isChecked={selection.isAll}
      isMixed={!selection.isAll && selection.selected.length > 0}
      onChange={selection.chooseAll}
    />
  );
}
