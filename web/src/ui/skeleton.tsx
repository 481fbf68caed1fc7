import { cn } from "#lib/cn.ts";

/** A gray placeholder of the size of the text or picture. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={cn("skeleton block", className)} />;
}
