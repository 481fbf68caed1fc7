import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

export function NotificationsSkeleton() {
  return (
    <Loading what="your notifications" className="grid gap-3 p-4">
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
    </Loading>
  );
}
