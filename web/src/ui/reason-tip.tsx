import { useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { blockedControl } from "./blocked.ts";

type Tip = { reason: string; style: { left: number; top?: number; bottom?: number } };

const width = 256;
const edge = 8;

/** Shows why a control is blocked while the pointer or the focus is on it. A screen reader has that from the control. */
export function ReasonTip() {
  const [tip, setTip] = useState<Tip>();
  const shown = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const over = new AbortController();
    const { signal } = over;
    const hide = () => setTip(undefined);
    function look({ target }: { target: EventTarget | null }) {
      if (target instanceof Element && !shown.current?.contains(target)) {
        const control = target.closest(blockedControl);
        setTip(control === null ? undefined : tipOf(control));
      }
    }
    look({ target: document.activeElement });
    // the pointer may have come before this was loaded
    const under = [...document.querySelectorAll(":hover")].at(-1)?.closest(blockedControl);
    if (under) look({ target: under });
    document.addEventListener("pointerover", look, { signal });
    document.addEventListener("focusin", look, { signal });
    document.addEventListener("focusout", hide, { signal });
    document.addEventListener("scroll", hide, { signal, capture: true });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && hide(), { signal });
    return () => over.abort();
  }, []);

  return createPortal(
    tip !== undefined && (
      <div ref={shown} aria-hidden className="fixed z-60 py-1.5" style={{ width, ...tip.style }}>
        <p className="mx-auto w-fit rounded-md bg-fg px-2.5 py-1.5 text-xs text-pretty text-bg">{tip.reason}</p>
      </div>
    ),
    document.body,
  );
}

/** Below the control, or above it at the foot of the window. */
function tipOf(control: Element): Tip {
  const { left, right, top, bottom } = control.getBoundingClientRect();
  const isLow = bottom > window.innerHeight - 96;
  const center = (left + right) / 2 - width / 2;
  return {
    reason: control.getAttribute("aria-description") ?? "",
    style: {
      left: Math.max(edge, Math.min(center, window.innerWidth - width - edge)),
      ...(isLow ? { bottom: window.innerHeight - top } : { top: bottom }),
    },
  };
}
