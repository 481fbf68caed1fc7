import { SeatsSkeleton } from "#features/seats/seats-card.tsx";
import { FeedSkeleton } from "#features/updates/feed-skeleton.tsx";
import { Lines, Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** Updates on the left, details on the right; on a phone, details are below. */
export const overviewGrid =
  "grid grid-cols-1 items-start gap-4 lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)] lg:grid-rows-[auto_1fr]";
export const overviewSide = "grid grid-cols-1 gap-4 lg:col-start-2 lg:row-span-2 lg:row-start-1";

/** The overview's shape before its content. */
export function OverviewSkeleton() {
  return (
    <Loading what="the organization">
      <div className="mb-6 flex items-center gap-4">
        <Skeleton className="size-14 rounded-xl" />
        <Lines of={["h-6 w-52", "h-4 w-64"]} />
      </div>
      <div className={overviewGrid}>
        <FeedSkeleton />
        <div className={overviewSide}>
          <SeatsSkeleton />
          <Lines of={["h-5 w-24", "h-9", "h-9"]} className="card grid content-start gap-3 p-5" />
        </div>
      </div>
    </Loading>
  );
}
