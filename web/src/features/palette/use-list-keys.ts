import { type KeyboardEvent, useEffect, useState } from "react";

/**
 * Which of the entries below a text field is chosen by the keys, while the cursor stays in the field (ARIA's combobox
 * pattern). Base UI's own gives Home and End to the cursor; here they are the ends of the list.
 */
export function useListKeys(ids: readonly string[], act: (id: string) => void) {
  const [wanted, setWanted] = useState<string>();
  const present = wanted !== undefined && ids.includes(wanted) ? wanted : ids[0];

  useEffect(() => {
    if (present !== undefined) {
      document.getElementById(optionId(present))?.scrollIntoView({ block: "nearest" });
    }
  }, [present]);

  function press(event: KeyboardEvent) {
    const at = present === undefined ? -1 : ids.indexOf(present);
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
    const move = moves[event.key];
    if (event.nativeEvent.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (move !== undefined) {
      event.preventDefault();
      setWanted(ids[(move + ids.length) % ids.length]);
    } else if (event.key === "Enter" && present !== undefined) {
      event.preventDefault();
      act(present);
    }
  }

  return { present, point: setWanted, press, startOver: () => setWanted(undefined) };
}

export function optionId(id: string) {
  return `palette-${id.replaceAll("/", "-")}`;
}
