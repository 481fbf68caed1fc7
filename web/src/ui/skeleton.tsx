import { cn } from "#lib/cn.ts";

/** A gray placeholder of the size of the text or picture. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={cn("skeleton block", className)} />;
}

/** The space of a part whose code is still loading. */
export function Reserved({ className }: { className: string }) {
  return <span data-reserved className={cn("block", className)} />;
}
