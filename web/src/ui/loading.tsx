import type { ReactNode } from "react";
import { Skeleton } from "./skeleton.tsx";

/** A part of the page that is loading: skeletons to see, a word for screen readers. */
export function Loading({ what, className, children }: { what: string; className?: string; children: ReactNode }) {
  return (
    <div aria-busy="true" className={className}>
      <span className="sr-only">Loading {what}…</span>
      {children}
    </div>
  );
}

/** A list in a section that is loading: rows with a picture and two lines. */
export function LoadingRows({ what }: { what: string }) {
  return (
    <Loading what={what} className="border-t border-border">
      {["one", "other"].map((place) => (
        <div key={place} className="flex h-15 items-center gap-3 border-b border-border px-5 last:border-b-0">
          <Skeleton className="size-9 rounded-lg" />
          <div className="grid gap-1.5">
            <Skeleton className="h-4 w-36" />
            <Skeleton className="h-3.5 w-52" />
          </div>
        </div>
      ))}
    </Loading>
  );
}
