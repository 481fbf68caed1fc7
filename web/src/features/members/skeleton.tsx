import { Skeleton } from "#ui/skeleton.tsx";

const places = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** A list of people before it is loaded. */
export function MembersSkeleton() {
  return (
    <div className="mt-4">
      <Skeleton className="h-9 w-80 max-w-full" />
      <div className="card mt-3 overflow-clip max-sm:-mx-4 max-sm:rounded-none max-sm:border-x-0">
        <div className="h-9 border-b border-border bg-surface-2" />
        {places.map((place) => (
          <RowSkeleton key={place} />
        ))}
      </div>
    </div>
  );
}

/** The same as a row of a table. */
export function RowSkeletonRow() {
  return (
    <tr aria-hidden className="block">
      <td className="block">
        <RowSkeleton />
      </td>
    </tr>
  );
}

function RowSkeleton() {
  return (
    <div aria-hidden className="flex h-15 items-center gap-3 border-b border-border px-4 sm:px-5">
      <Skeleton className="size-8 rounded-full" />
      <div className="grid gap-1.5">
        <Skeleton className="h-3.5 w-32" />
        <Skeleton className="h-3 w-44" />
      </div>
      <Skeleton className="ml-auto h-3.5 w-20 max-sm:hidden" />
    </div>
  );
}
