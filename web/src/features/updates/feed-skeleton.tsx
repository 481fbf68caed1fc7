import { Lines, Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

export function FeedSkeleton() {
  return (
    <Loading what="the updates" className="grid gap-4">
      {["w-3/4", "w-1/2"].map((width) => (
        <div key={width} className="card p-5">
          <div className="flex items-center gap-3">
            <Skeleton className="size-10 rounded-full" />
            <Lines of={["h-4 w-32", "h-4 w-20"]} className="grid gap-1.5" />
          </div>
          <Skeleton className={`mt-4 h-5 ${width}`} />
          <Skeleton className="mt-2.5 h-4" />
          <Skeleton className="mt-2 h-4 w-5/6" />
        </div>
      ))}
    </Loading>
  );
}
