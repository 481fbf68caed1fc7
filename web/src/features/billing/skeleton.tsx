import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** The page's shape before its content. */
export function BillingSkeleton() {
  return (
    <Loading what="billing" className="grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]">
      <div className="grid gap-4">
        <div className="card grid gap-4 p-5">
          <div className="flex justify-between gap-4">
            <Skeleton className="h-6 w-36" />
            <Skeleton className="h-8 w-28" />
          </div>
          <Skeleton className="h-10" />
          <Skeleton className="h-8 w-64 max-w-full" />
        </div>
        <div className="card grid gap-4 p-5">
          <Skeleton className="h-6 w-20" />
          <Skeleton className="h-8 w-40" />
          <Skeleton className="h-2 rounded-full" />
          <Skeleton className="h-9" />
        </div>
      </div>
      <div className="card grid gap-3 p-5">
        <Skeleton className="h-5 w-24" />
        <Skeleton className="h-9" />
        <Skeleton className="h-9" />
      </div>
    </Loading>
  );
}
