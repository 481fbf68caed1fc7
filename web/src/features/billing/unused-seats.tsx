import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useRefreshPeople } from "#features/members/use-refresh.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery, invoicesKey } from "#lib/billing.ts";
import { findUnused, reclaimQuery } from "#lib/reclaim.ts";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { RetryLine } from "#ui/retry-line.tsx";
import { Segments } from "#ui/segments.tsx";
import { ReclaimState } from "./reclaim-state.tsx";
import { type ChosenSeats, type HeldDays, heldDays, type IdleDays, idleDays, sinceOf } from "./unused.ts";
import { UnusedFound } from "./unused-found.tsx";

const looking = <output className="text-sm text-fg-2">Looking at the members and invitations…</output>;

const idleOptions = idleDays.map((value) => ({ value, label: `${value} days` }));
const heldOptions = heldDays.map((value) => ({ value, label: value === "off" ? "Off" : `${value} days` }));

type Props = { organization: Organization; billing: Billing };

/** Members who have not been here for long and invitations without an answer, what they cost, and their end. */
export function UnusedSeats({ organization, billing }: Props) {
  const [days, setDays] = useState<IdleDays>("90");
  const [held, setHeld] = useState<HeldDays>("14");
  // both outlive the list, which is another one for other days
  const [except, setExcept] = useState<ReadonlySet<string>>(new Set());
  const [seats, setSeats] = useState<ChosenSeats>();
  const title = useRef<HTMLSpanElement>(null);
  const returnsFocus = useCallback((button: HTMLButtonElement | null) => {
    // a button that goes away while it has the focus leaves it to the title
    return () => {
      if (button === document.activeElement) title.current?.focus();
    };
  }, []);
  // each search finds anew
  const [searches, setSearches] = useState(0);
  const { last, isRunning, query, isOutdated } = useUnused(organization.id, { days, held, searches });
  return (
    <Section
      title={
        <span ref={title} tabIndex={-1} className="outline-none">
          Unused seats
        </span>
      }
      description="Members, except owners, who have used neither Muster nor a linked device for some time, and invitations that nobody has accepted."
    >
      <div className="grid grid-cols-1 gap-4 px-5 pb-5">
        {last?.reclaim && (
          <ReclaimState organization={organization} reclaim={last.reclaim} at={last.at} stopRef={returnsFocus} />
        )}
        {!isRunning && (
          <>
            <div className="flex flex-wrap items-end justify-between gap-3">
              <div className="flex flex-wrap gap-x-6 gap-y-3">
                <Choice label="Inactive for">
                  <Segments aria-label="Days of inactivity" value={days} options={idleOptions} onChange={setDays} />
                </Choice>
                <Choice label="Invitation pending for">
                  <Segments
                    aria-label="Days an invitation is pending"
                    value={held}
                    options={heldOptions}
                    onChange={setHeld}
                  />
                </Choice>
              </div>
              {(searches === 0 || isOutdated) && (
                <Button ref={returnsFocus} onClick={() => setSearches(searches + 1)}>
                  Find unused seats
                </Button>
              )}
            </div>
            {query.isError && <RetryLine error={query.error} isBusy={query.isFetching} onRetry={query.refetch} />}
            {query.isLoading && looking}
            {query.data && !isOutdated && (
              <UnusedFound
                key={JSON.stringify(query.data.since)}
                organization={organization}
                billing={billing}
                at={query.data.at}
                found={query.data.found}
                since={query.data.since}
                except={except}
                onExcept={setExcept}
                seats={seats ?? (billing.cancelAt === undefined ? "reduce" : "keep")}
                onSeats={setSeats}
              />
            )}
          </>
        )}
      </div>
    </Section>
  );
}

type Search = { days: IdleDays; held: HeldDays; searches: number };

/** Searches once it is asked for, and anew with each search; not while seats are reclaimed. */
function useUnused(organizationId: string, { days, held, searches }: Search) {
  const queryClient = useQueryClient();
  const { data: last } = useQuery(reclaimQuery(organizationId));
  const isRunning = last?.reclaim?.state === "running";
  useRefreshOnceOver(organizationId, isRunning);
  const query = useQuery({
    queryKey: ["organization", organizationId, "unused", days, held, searches],
    queryFn: async ({ signal }) => {
      // the clock of this device may be wrong
      const { at, reclaim } = await queryClient.fetchQuery(reclaimQuery(organizationId));
      const since = sinceOf(days, held, Date.parse(at));
      return { at, since, startedAt: reclaim?.startedAt, found: await findUnused(organizationId, since, signal) };
    },
    enabled: searches > 0 && !isRunning,
    // many requests: once per visit
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  // what was found before another reclaim is outdated, even if this page never saw that running
  const isOutdated = query.data !== undefined && query.data.startedAt !== last?.reclaim?.startedAt;
  return { last, isRunning, query, isOutdated };
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <span className="text-sm text-fg-2">{label}</span>
      {children}
    </div>
  );
}

/** Refreshes people and seats when a reclaim has ended, because they are other ones then. */
function useRefreshOnceOver(organizationId: string, isRunning: boolean) {
  const queryClient = useQueryClient();
  const refresh = useRefreshPeople(organizationId);
  const was = useRef(isRunning);
  useEffect(() => {
    if (was.current && !isRunning) {
      refresh({ areMembersOther: true });
      void queryClient.invalidateQueries(billingQuery(organizationId));
      void queryClient.invalidateQueries({ queryKey: invoicesKey(organizationId) });
    }
    was.current = isRunning;
  });
}
