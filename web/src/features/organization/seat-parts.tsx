import type { ReactNode } from "react";
import { cn } from "#lib/cn.ts";

// The picture of an organization's seats: a bar, and a legend below it.

/** A share of the bar, from 0 to 1. */
export function SeatShare({ of, className }: { of: number; className: string }) {
  return of > 0 ? (
    <span
      className={cn("h-full min-w-1 rounded-full transition-[width] duration-200", className)}
      style={{ width: `${Math.min(1, of) * 100}%` }}
    />
  ) : null;
}

export function SeatLegend({ mark, count, children }: { mark: string; count: string; children: ReactNode }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden className={cn("size-2 rounded-full", mark)} />
      {children} <span className="font-medium text-fg">{count}</span>
    </li>
  );
}
