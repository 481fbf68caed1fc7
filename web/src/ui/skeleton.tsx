import { cn } from "#lib/cn.ts";

/** A gray stand-in of the size that the text or picture will have. */
export function Skeleton({ className }: { className: string }) {
  return <span aria-hidden className={cn("skeleton block", className)} />;
}

/** The room of a part whose code is still on its way. */
export function Reserved({ className }: { className: string }) {
  return <span data-reserved className={cn("block", className)} />;
}
