import { useQuery } from "@tanstack/react-query";
import { toSentence } from "#lib/failure.ts";
import { managersQuery } from "#lib/queries.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { ManagerList } from "./manager-list.tsx";
import { managersOf } from "./managers.ts";

/** For members who do not manage: whom to ask. */
export function ManagersCard({ organizationId, name }: { organizationId: string; name: string }) {
  const { data, error, isError, isFetching, refetch } = useQuery(managersQuery(organizationId));
  const { managers, hasMore } = managersOf(data);
  return (
    <Section
      title={`Who runs ${name}`}
      description="They invite people and give roles. Ask one of them for what you may not do."
      className="lg:col-start-1"
    >
      {isError ? (
        <div className="flex flex-wrap items-center justify-between gap-3 px-5 pt-1 pb-5 text-sm text-fg-2">
          {toSentence(error)}
          <Button size="small" isBusy={isFetching} onClick={() => void refetch()}>
            Try again
          </Button>
        </div>
      ) : data === undefined ? (
        <Loading what="the owners and admins" className="grid gap-3 px-5 pt-1 pb-5">
          <Skeleton className="h-8 w-56" />
          <Skeleton className="h-8 w-48" />
        </Loading>
      ) : (
        <ManagerList managers={managers} hasMore={hasMore} organizationId={organizationId} />
      )}
    </Section>
  );
}
