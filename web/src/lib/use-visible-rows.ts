import { useEffect, useRef, useState } from "react";

const overscan = 8;

/** Which rows of a long list of equal rows are near the window, and what space the others take. */
export function useVisibleRows(count: number, rowHeight: number) {
  const list = useRef<HTMLTableSectionElement>(null);
  const [range, setRange] = useState({ first: 0, end: 2 * overscan });

  useEffect(() => {
    let frame = 0;
    function look() {
      frame = 0;
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - overscan);
      const end = Math.max(first, Math.ceil((window.innerHeight - top) / rowHeight) + overscan);
      setRange((before) => (before.first === first && before.end === end ? before : { first, end }));
    }
    function plan() {
      frame ||= window.requestAnimationFrame(look);
    }
    look();
    const observer = new ResizeObserver(plan);
    observer.observe(document.body);
    window.addEventListener("scroll", plan, { passive: true });
    window.addEventListener("resize", plan);
    return () => {
      window.cancelAnimationFrame(frame);
      observer.disconnect();
      window.removeEventListener("scroll", plan);
      window.removeEventListener("resize", plan);
    };
  }, [rowHeight]);

  const first = Math.min(range.first, count);
  const end = Math.min(range.end, count);
  const style = { height: count * rowHeight, paddingTop: first * rowHeight };
  return [list, { first, end, style }] as const;
}
