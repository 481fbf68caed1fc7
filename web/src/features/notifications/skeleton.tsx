import { cn } from "#lib/cn.ts";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** Keeps the place of notifications: of two in the menu, of three on the page. */
export function NotificationsSkeleton({ isPage = false }: { isPage?: boolean }) {
  return (
    <Loading what="your notifications" className={cn("grid gap-3 p-4", isPage && "card")}>
      <Skeleton className="h-9" />
      <Skeleton className="h-9" />
      {isPage && <Skeleton className="h-9" />}
    </Loading>
  );
}
