import { useQuery } from "@tanstack/react-query";
import { Gate } from "#features/failure/gate.tsx";
import { managersQuery } from "#lib/queries.ts";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { ManagerList } from "./manager-list.tsx";
import { managersOf } from "./managers.ts";

/** For members without permissions: who can help. */
export function ManagersCard({ organizationId, name }: { organizationId: string; name: string }) {
  return (
    <Section
      title={`Who manages ${name}`}
      description="They invite people and grant roles. Ask one of them if you need a permission."
    >
      <Gate query={useQuery(managersQuery(organizationId))} part="px-5 pt-1 pb-5" skeleton={<ManagersSkeleton />}>
        {(found) => <ManagerList {...managersOf(found)} organizationId={organizationId} />}
      </Gate>
    </Section>
  );
}

function ManagersSkeleton() {
  return (
    <Loading what="the owners and admins" className="grid gap-3 px-5 pt-1 pb-5">
      <Skeleton className="h-8 w-56" />
      <Skeleton className="h-8 w-48" />
    </Loading>
  );
}
