import { useInfiniteQuery } from "@tanstack/react-query";
import { ListGate } from "#features/failure/gate.tsx";
import type { OrganizationEvent } from "#lib/api.ts";
import { eventsQuery } from "#lib/queries.ts";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";
import { Actor } from "./actor.tsx";
import { describe } from "./event-text.tsx";
import { type Names, useNames } from "./use-names.ts";

/** What happened in the organization, newest first, in sentences. */
export function Activity({ organizationId, className = "" }: { organizationId: string; className?: string }) {
  const events = useInfiniteQuery(eventsQuery(organizationId));
  const names = useNames(organizationId, events.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <Section title="Recent activity" description="Visible to owners and admins." className={className}>
      <ListGate
        list={events}
        part="px-5 pt-1 pb-5"
        skeleton={<ActivitySkeleton />}
        empty={
          <p className="px-5 pt-1 pb-6 text-sm text-fg-2">No activity yet. It appears here within a few seconds.</p>
        }
        more="Show older"
      >
        {(shown) => (
          <ol className="px-5 pb-2">
            {shown.map((event) => (
              <Row key={event.id} event={event} names={names} />
            ))}
          </ol>
        )}
      </ListGate>
    </Section>
  );
}

function Row({ event, names }: { event: OrganizationEvent; names: Names }) {
  const { icon: Icon, who, sentence } = describe(event);
  return (
    <li className="group relative flex gap-3 pb-4">
      <span aria-hidden className="absolute top-8 bottom-0 left-4 w-px bg-border group-last:hidden" />
      <span className="z-10 grid size-8 shrink-0 place-items-center rounded-full border border-border bg-surface-2 text-fg-2">
        <Icon className="size-4" />
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4 pt-1.5">
        <p className="min-w-0 break-words">
          {who?.(names) ?? <Actor actor={event.actor} names={names} />} {sentence(names)}
        </p>
        <Time at={event.at} className="text-sm text-fg-3" />
      </div>
    </li>
  );
}

export function ActivitySkeleton() {
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
