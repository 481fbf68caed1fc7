import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Activity as ActivityIcon, Building, type LucideIcon, Pencil } from "lucide-react";
import type { ReactNode } from "react";
import type { OrganizationEvent } from "#lib/api.ts";
import { toSentence } from "#lib/failure.ts";
import { accountQuery, eventsQuery } from "#lib/queries.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { Loading } from "#ui/loading.tsx";
import { Skeleton } from "#ui/skeleton.tsx";
import { Time } from "#ui/time.tsx";

/** What happened in the organization, newest first, in sentences. */
export function Activity({ organizationId }: { organizationId: string }) {
  const events = useInfiniteQuery(eventsQuery(organizationId));
  const shown = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section title="Recent activity" description="Seen by owners and admins.">
      {events.isPending && <ActivitySkeleton />}
      {events.isError && (
        <div className="flex flex-wrap items-center justify-between gap-3 px-5 pt-1 pb-5 text-sm text-fg-2">
          {toSentence(events.error)}
          <Button size="small" isBusy={events.isFetching} onClick={() => void events.refetch()}>
            Try again
          </Button>
        </div>
      )}
      {events.isSuccess && shown.length === 0 && (
        <p className="px-5 pt-1 pb-6 text-sm text-fg-2">Nothing yet. What happens here appears within a few seconds.</p>
      )}
      <ol className="px-5 pb-2 empty:hidden">
        {shown.map((event) => (
          <Row key={event.id} event={event} />
        ))}
      </ol>
      {events.hasNextPage && (
        <div className="border-t border-border p-3 text-center">
          <Button variant="ghost" isBusy={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
            Show older
          </Button>
        </div>
      )}
    </Section>
  );
}

function Row({ event }: { event: OrganizationEvent }) {
  const { icon: Icon, sentence } = describe(event);
  return (
    <li className="group relative flex gap-3 pb-4">
      <span aria-hidden className="absolute top-8 bottom-0 left-4 w-px bg-border group-last:hidden" />
      <span className="z-10 grid size-8 shrink-0 place-items-center rounded-full border border-border bg-surface-2 text-fg-2">
        <Icon className="size-4" />
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-baseline justify-between gap-x-4 pt-1.5">
        <p className="min-w-0 break-words">
          <Who actor={event.actor} /> {sentence}
        </p>
        <Time at={event.at} className="text-sm text-fg-3" />
      </div>
    </li>
  );
}

function Who({ actor }: { actor: string }) {
  const { data: account } = useQuery(accountQuery);
  if (actor === account?.id) {
    return <Name>You</Name>;
  }
  return actor.startsWith("acc_") ? (
    <span title={actor}>
      <Name>Someone else</Name>
    </span>
  ) : (
    <Name>Muster</Name>
  );
}

function Name({ children }: { children: ReactNode }) {
  return <strong className="font-medium">{children}</strong>;
}

/** An event that this page has no words for is shown by its type: better than not at all. */
function describe({ type, data }: OrganizationEvent): { icon: LucideIcon; sentence: ReactNode } {
  if (type === "organization.created") {
    return {
      icon: Building,
      sentence: (
        <>
          created <Name>{text(data["name"])}</Name>
        </>
      ),
    };
  }
  if (type === "organization.renamed") {
    return {
      icon: Pencil,
      sentence: (
        <>
          renamed <Name>{text(data["from"])}</Name> to <Name>{text(data["to"])}</Name>
        </>
      ),
    };
  }
  return { icon: ActivityIcon, sentence: <span className="font-mono text-sm text-fg-2">{type}</span> };
}

function text(value: unknown) {
  return typeof value === "string" ? value : "…";
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
