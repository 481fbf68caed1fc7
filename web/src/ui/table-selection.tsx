import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { choose, chooseAll, nothing, restore } from "#lib/selection.ts";
import { CheckBox } from "./check-box.tsx";
import { toast } from "./toast.ts";

type Of<Item> = {
  items: Item[];
  /** "members" */
  what: string;
  idOf: (item: Item) => string;
  nameOf: (item: Item) => string;
  whyNot: (item: Item) => string | undefined;
  /** The identity of the list: another list has no selection. */
  scope: string;
};

export type SelectionOf<Item> = ReturnType<typeof useSelection<Item>>;
/** The state and the functions with which a table makes its rows selectable. */
export type Selectable<Item> = SelectionOf<Item>["selectable"];

/** Returns the selection of the loaded rows, without rows that no longer exist or can be selected. */
export function useSelection<Item>({ items, what, idOf, nameOf, whyNot, scope }: Of<Item>) {
  const [selection, setSelection] = useState(nothing);
  const order = useRef<string[]>([]);
  const possible = useMemo(() => items.filter((item) => whyNot(item) === undefined), [items, whyNot]);
  const { ids } = selection;
  const selected = useMemo(() => possible.filter((item) => ids.has(idOf(item))), [possible, ids, idOf]);

  // before anybody can click on the rows that it is about
  useLayoutEffect(() => {
    order.current = possible.map(idOf);
  }, [possible, idOf]);
  useDropOnChange(scope, ids.size, () => setSelection(nothing));

  const selectable = useMemo(() => {
    const onChoose = (item: Item, isOn: boolean, isRange: boolean) =>
      setSelection((present) => choose(present, order.current, { id: idOf(item), isOn, isRange }));
    return { idOf, nameOf, whyNot, onChoose };
  }, [idOf, nameOf, whyNot]);
  return {
    what,
    selectable,
    selected,
    loaded: items.length,
    has: (item: Item) => ids.has(idOf(item)),
    canChoose: possible.length > 0,
    isAll: selected.length > 0 && selected.length === possible.length,
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

/** The element that gets the focus when nothing is selected anymore. */
export const selectAllId = "select-all";

/** The check box in the heading: for all rows that are loaded and selectable. */
export function SelectAll<Item>({ selection }: { selection: SelectionOf<Item> }) {
  return (
    <CheckBox
      id={selectAllId}
      label={`Select all loaded ${selection.what}`}
      blocked={selection.canChoose ? undefined : "Nothing here can be selected."}
      isChecked={selection.isAll}
      isMixed={!selection.isAll && selection.selected.length > 0}
      onChange={selection.chooseAll}
    />
  );
}
