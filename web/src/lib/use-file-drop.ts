import { useEffect, useRef, useState } from "react";

/** Whether a file is held over the window; who lets it go there hands it over. Without `onDrop` nothing happens. */
export function useFileDrop(onDrop: ((files: File[]) => void) | undefined) {
  const [isHeld, setHeld] = useState(false);
  const latest = useRef(onDrop);
  const isOn = onDrop !== undefined;
  useEffect(() => {
    latest.current = onDrop;
  });

  useEffect(() => {
    if (!isOn) {
      return undefined;
    }
    // Each element that is crossed says that it was entered before the one before says that it was left.
    let depth = 0;
    const hold = (to: number) => {
      depth = Math.max(0, to);
      setHeld(depth > 0);
    };
    const stop = new AbortController();
    const on = (name: "dragenter" | "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void) =>
      window.addEventListener(
        name,
        (event) => {
          if (event.dataTransfer?.types.includes("Files")) {
            event.preventDefault();
            act(event);
          }
        },
        { signal: stop.signal },
      );
    on("dragenter", () => hold(depth + 1));
    on("dragleave", () => hold(depth - 1));
    on("dragover", ({ dataTransfer }) => {
      if (dataTransfer) {
        dataTransfer.dropEffect = "copy";
      }
    });
    on("drop", ({ dataTransfer }) => {
      hold(0);
      latest.current?.([...(dataTransfer?.files ?? [])]);
    });
    return () => {
      stop.abort();
      setHeld(false);
    };
  }, [isOn]);
  return isHeld;
}
