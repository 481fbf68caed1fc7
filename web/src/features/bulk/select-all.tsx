import { CheckBox } from "#ui/check-box.tsx";
import type { SelectionOf } from "./use-selection.ts";

/** Where focus goes when nothing is selected anymore. */
export const selectAllId = "select-all";

/** The check box in the heading: for all rows that are loaded and selectable. */
export function SelectAll<Item>({ selection, what }: { selection: SelectionOf<Item>; what: string }) {
  return (
    <CheckBox
      id={selectAllId}
      label={`Select all loaded ${what}`}
      blocked={selection.canChoose ? undefined : "Nothing here can be selected."}
      isChecked={selection.isAll}
      isMixed={!selection.isAll && selection.selected.length > 0}
      onChange={selection.chooseAll}
    />
  );
}
