import { Skeleton } from "#ui/skeleton.tsx";

/** The card of the seats before they are loaded. */
export function SeatsSkeleton() {
  return (
    <div className="card grid content-start gap-3 p-5">
      <Skeleton className="h-4 w-16" />
      <Skeleton className="h-8 w-52" />
      <Skeleton className="h-2 rounded-full" />
      <Skeleton className="h-4 w-72 max-w-full" />
    </div>
  );
}
