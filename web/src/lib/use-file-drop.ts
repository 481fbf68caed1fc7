import { useEffect, useRef, useState } from "react";

/** Returns whether a file is held over the window; dropping it passes it on. Without `onDrop` nothing happens. */
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
    // Entering an element is reported before leaving the previous one.
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
