import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { BulkBar } from "#features/bulk/bar.tsx";
import { SelectAll } from "#features/bulk/select-all.tsx";
import { type SelectionOf, useSelection } from "#features/bulk/use-selection.ts";
import { RetryLine } from "#features/failure/retry-line.tsx";
import { confirmRemove } from "#features/members/confirm-remove.tsx";
import { useRefreshPeople } from "#features/members/use-refresh.ts";
import { whyBlocked } from "#features/organization/blocked.ts";
import { roleText } from "#features/organization/text.ts";
import type { Organization } from "#lib/api.ts";
import { type Billing, billingQuery } from "#lib/billing.ts";
import { useNow } from "#lib/clock.ts";
import { plural } from "#lib/format.ts";
import { listMembers, type Member } from "#lib/people.ts";
import { accountQuery } from "#lib/queries.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { Section } from "#ui/card.tsx";
import { CheckBox } from "#ui/check-box.tsx";
import { Segments } from "#ui/segments.tsx";
import { SeatMap } from "./seat-map.tsx";
import { periods } from "./text.ts";
import { droppableOf, type IdleDays, idleDays, unusedOf } from "./unused.ts";
import { usePlans } from "./use-plans.ts";

/** Pages of 100 members that are looked at. */
const maxPages = 20;

type Props = { organization: Organization; billing: Billing };

const unusedKey = (organizationId: string) => ["organization", organizationId, "unused"] as const;
const idOf = ({ account }: Member) => account;
const maySelect = () => true;

/** Members who have not been here for long, what their seats cost, and their removal. */
export function UnusedSeats({ organization, billing }: Props) {
  const [days, setDays] = useState<IdleDays>("90");
  const [isWanted, setWanted] = useState(false);
  const { data: me } = useQuery(accountQuery);
  const now = useNow();
  const query = useQuery({
    queryKey: unusedKey(organization.id),
    queryFn: ({ signal }) => readMembers(organization.id, signal),
    enabled: isWanted && me !== undefined,
    // up to 20 requests: once per visit, and a removal edits the rows in place
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    select: ({ pages, hasMore }) => ({
      hasMore,
      items: unusedOf(
        pages.flatMap(({ items }) => items),
        days,
        me?.id,
        now,
      ),
    }),
  });
  const members = query.data?.items ?? [];
  return (
    <Section
      title="Unused seats"
      description="Members, except owners, who have made no request for some time. The day of the last one counts, in UTC."
    >
      <div className="grid grid-cols-1 gap-4 px-5 pb-5">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <Segments
            aria-label="Days without a request"
            value={days}
            options={idleDays.map((value) => ({ value, label: `${value} days` }))}
            onChange={setDays}
          />
          {!isWanted && <Button onClick={() => setWanted(true)}>Find unused seats</Button>}
        </div>
        {query.isError && <RetryLine error={query.error} isBusy={query.isFetching} onRetry={query.refetch} />}
        {query.isLoading && <p className="text-sm text-fg-2">Looking at the members…</p>}
        {query.data && (
          <>
            <Cost billing={billing} count={members.length} />
            {query.data.hasMore && (
              <p className="text-sm text-fg-2">Only the first {maxPages * 100} members by name were looked at.</p>
            )}
            <People organization={organization} members={members} scope={days} />
          </>
        )}
      </div>
    </Section>
  );
}

async function readMembers(organizationId: string, signal: AbortSignal) {
  const items: Member[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const page = await listMembers(organizationId, {}, cursor, { signal });
    items.push(...page.items);
    cursor = page.next;
    if (cursor === undefined) {
      break;
    }
  }
  // in the shape of a list of pages, which a run over its rows edits at once
  return { pages: [{ items }], pageParams: [undefined], hasMore: cursor !== undefined };
}

function Cost({ billing, count }: { billing: Billing; count: number }) {
  const money = useMoney();
  const { sold } = usePlans();
  const plan = sold.find(({ id }) => id === billing.plan);
  const { committed, capacity } = billing.seats;
  const droppable = droppableOf(count, billing.seats);
  if (count === 0) {
    return <p className="text-sm text-fg-2">No unused seats found.</p>;
  }
  return (
    <div className="grid gap-3">
      <p className="tabular" aria-live="polite">
        <span className="text-2xl font-semibold">{plural(count, "seat")}</span>{" "}
        <span className="text-fg-2">unused</span>
        {plan && droppable > 0 && (
          <span className="text-fg-2">
            , {money({ ...plan.price, amount: plan.price.amount * droppable })} {periods[plan.id].adverb} before
            discounts and taxes
          </span>
        )}
      </p>
      <p className="text-sm text-fg-2">
        {plan && droppable < count && (
          <>
            {droppable === 0 ? "None" : `Only ${droppable}`} of them can be dropped from the subscription: the others
            are granted, over its limit, or its last one.{" "}
          </>
        )}
        {plan && droppable > 0
          ? "To pay less, remove members here and then reduce the seats above."
          : "Remove members here to free their seats."}{" "}
        They can be restored.
      </p>
      <SeatMap used={committed - count} unused={count} paid={capacity} wanted={capacity} />
    </div>
  );
}

type PeopleProps = { organization: Organization; members: Member[]; scope: string };

function People({ organization, members, scope }: PeopleProps) {
  const selection = useSelection({ items: members, idOf, maySelect, scope });
  const queryClient = useQueryClient();
  const refresh = useRefreshPeople(organization.id);
  const blocked = whyBlocked(organization, "member.remove", { target: {} });
  return (
    <>
      {members.length > 0 && <Rows members={members} selection={selection} blocked={blocked} />}
      <BulkBar<Member>
        selection={selection}
        hasMore={false}
        queryKey={unusedKey(organization.id)}
        idOf={idOf}
        nameOf={({ name }) => name}
        refresh={() => {
          refresh({ areMembersOther: true });
          void queryClient.invalidateQueries(billingQuery(organization.id));
        }}
      >
        {(ask) => (
          <Button variant="dangerGhost" onClick={() => ask(confirmRemove(organization, selection.selected))}>
            Remove
          </Button>
        )}
      </BulkBar>
    </>
  );
}

type RowsProps = { members: Member[]; selection: SelectionOf<Member>; blocked: string | undefined };

function Rows({ members, selection, blocked }: RowsProps) {
  const format = useFormat();
  return (
    <div className="rounded-lg border border-border">
      <div className="flex items-center gap-3 border-b border-border px-4 py-2 text-sm text-fg-2">
        <SelectAll<Member> selection={selection} what="members" />
        Select all
      </div>
      <ul aria-label="Members without a request" className="max-h-96 divide-y divide-border overflow-y-auto">
        {members.map((member) => (
          <li key={member.account} className="flex items-center gap-3 px-4 py-2.5">
            <CheckBox
              label={`Select ${member.name}`}
              blocked={blocked}
              isChecked={selection.has(member)}
              onChange={(isOn, isRange) => selection.onChoose(member.account, isOn, isRange)}
            />
            <Avatar name={member.name} color={member.color} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{member.name}</span>
              <span className="block truncate text-sm text-fg-3">
                {[roleText[member.role].label, member.email].filter(Boolean).join(" · ")}
              </span>
            </span>
            {member.activeOn !== undefined && (
              <span className="tabular shrink-0 text-sm text-fg-2">{format.day(member.activeOn)}</span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
