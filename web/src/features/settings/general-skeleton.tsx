import { Lines, Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";

/** Rows of fields in each section; two in a row are side by side. */
const sections = [[1], [1, 2], [1, 2, 2]];

export function GeneralSkeleton() {
  return (
    <Loading what="the settings">
      {sections.map((rows) => (
        <div
          key={rows.length}
          className="grid gap-x-10 gap-y-3 border-b border-border py-6 last:border-b-0 lg:grid-cols-[240px_minmax(0,1fr)]"
        >
          <Lines of={["h-5 w-28", "h-4 w-48"]} className="grid content-start gap-2" />
          <div className="card grid gap-5 p-5">
            {rows.map((count, row) => (
              <div key={`${rows.length}-${row}`} className="grid gap-5 sm:auto-cols-fr sm:grid-flow-col">
                <FieldSkeleton />
                {count === 2 && <FieldSkeleton />}
              </div>
            ))}
          </div>
        </div>
      ))}
    </Loading>
  );
}

function FieldSkeleton() {
  return (
    <div className="grid gap-1.5">
      <Skeleton className="h-5 w-24" />
      <Skeleton className="h-9" />
    </div>
  );
}
