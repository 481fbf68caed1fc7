import { Skeleton } from "#ui/skeleton.tsx";

/** The card of the figures before its code has loaded. */
export function FiguresSkeleton() {
  return (
    <div className="card px-5 pt-4 pb-5" data-reserved>
      <Skeleton className="mt-1 h-5 w-24" />
      <Skeleton className="mt-2 h-4" />
      <Skeleton className="mt-4 h-8 w-44" />
      <Skeleton className="mt-4 h-52" />
    </div>
  );
}
