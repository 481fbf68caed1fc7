import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { choose, chooseAll, nothing, restore } from "#lib/selection.ts";
import { CheckBox } from "#ui/check-box.tsx";
import { toast } from "#ui/toast.ts";

type Of<Item> = {
  items: Item[];
  idOf: (item: Item) => string;
  maySelect: (item: Item) => boolean;
  /** The identity of the list: another list has no selection. */
  scope: string;
};

export type Choose = (id: string, isOn: boolean, isRange: boolean) => void;
export type SelectionOf<Item> = ReturnType<typeof useSelection<Item>>;

/** Which of the loaded rows are selected; rows that no longer exist or can be selected are not. */
export function useSelection<Item>({ items, idOf, maySelect, scope }: Of<Item>) {
  const [selection, setSelection] = useState(nothing);
  const order = useRef<string[]>([]);
  const selectable = useMemo(() => items.filter(maySelect), [items, maySelect]);
  const { ids } = selection;
  const selected = useMemo(() => selectable.filter((item) => ids.has(idOf(item))), [selectable, ids, idOf]);

  // before anybody can click on the rows that it is about
  useLayoutEffect(() => {
    order.current = selectable.map(idOf);
  }, [selectable, idOf]);
  useDropOnChange(scope, ids.size, () => setSelection(nothing));

  const onChoose: Choose = useCallback(
    (id, isOn, isRange) => setSelection((present) => choose(present, order.current, { id, isOn, isRange })),
    [],
  );
  return {
    selected,
    loaded: items.length,
    has: (item: Item) => ids.has(idOf(item)),
    onChoose,
    canChoose: selectable.length > 0,
    isAll: selected.length > 0 && selected.length === selectable.length,
    chooseAll: (isOn: boolean) => setSelection((present) => chooseAll(present, order.current, isOn)),
    restore: (back: string[]) => setSelection((present) => restore(present, back)),
    clear: () => setSelection(nothing),
  };
}

/** Nobody should act on rows that they no longer see. */
function useDropOnChange(scope: string, count: number, clear: () => void) {
  const known = useRef(scope);
  useEffect(() => {
    if (known.current !== scope) {
      known.current = scope;
      if (count > 0) {
        clear();
        toast("The selection was cleared", { description: "The list has changed." });
      }
    }
  });
}

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
