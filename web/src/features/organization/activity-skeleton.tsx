import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** The card of the activity before its code has loaded. */
export function ActivitySkeleton() {
  return (
    <div className="card" data-reserved>
      <Skeleton className="mx-5 mt-5 mb-6 h-5 w-32" />
      <ActivityLines />
    </div>
  );
}

export function ActivityLines() {
  return (
    <Loading what="the activity" className="grid gap-4 px-5 pb-6">
      {["w-56", "w-72", "w-48"].map((width) => (
        <div key={width} className="flex items-center gap-3">
          <Skeleton className="size-8 rounded-full" />
          <Skeleton className={`h-4 max-w-3/5 ${width}`} />
          <Skeleton className="ml-auto h-4 w-20 max-sm:hidden" />
        </div>
      ))}
    </Loading>
  );
}
