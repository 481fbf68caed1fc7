import { maxExcept } from "@muster/core/reclaim/limits.ts";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { whyBlocked } from "#features/rights/blocked.ts";
import { roleText } from "#features/rights/text.ts";
import { periods } from "#features/seats/text.ts";
import { usePlan } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { reclaimQuery, type Since, startReclaim, type Unused } from "#lib/reclaim.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { useRequestKey } from "#lib/use-request-key.ts";
import { Avatar } from "#ui/avatar.tsx";
import { Button } from "#ui/button.tsx";
import { CheckBox } from "#ui/check-box.tsx";
import { Confirm } from "#ui/dialog.tsx";
import { Segments } from "#ui/segments.tsx";
import { toast } from "#ui/toast.ts";
import { SeatMap } from "./seat-map.tsx";
import {
  type ChosenSeats,
  creditOf,
  droppableOf,
  keptText,
  leftOutOf,
  peopleText,
  reducedText,
  savingText,
} from "./unused.ts";

/** Rows of the list; the others are counted, and reclaimed like them. */
const maxShown = 500;
const tooManyText = `At most ${maxExcept} can be left out.`;
const choices = [
  { value: "reduce", label: "Reduce seats" },
  { value: "keep", label: "Keep seats" },
] as const;

type Props = {
  organization: Organization;
  billing: Billing;
  /** The time at which they were found, by the clock of the server. */
  at: string;
  found: readonly Unused[];
  since: Since;
  except: ReadonlySet<string>;
  onExcept: (except: ReadonlySet<string>) => void;
  seats: ChosenSeats;
  onSeats: (seats: ChosenSeats) => void;
};

/** Lists the people with unused seats, the costs, and one action that ends them all, except those that are left out. */
export function UnusedFound({ organization, billing, at, found, since, except, onExcept, seats, onSeats }: Props) {
  const [isAsking, setAsking] = useState(false);
  const chosen = found.filter(({ id }) => !except.has(id));
  const leftOut = leftOutOf(found, except);
  // lists of different days may each have left out fewer
  const tooMany = leftOut.length > maxExcept ? tooManyText : undefined;
  const whyNot = chosen.length === 0 ? "Nothing is selected." : tooMany;
  const droppable = droppableOf(chosen.length, billing.seats);
  const fixed = whyBlocked(organization, "billing.resize", { billing });
  const reduces = seats === "reduce" && droppable > 0 && fixed === undefined;
  if (found.length === 0) {
    return <p className="text-sm text-fg-2">No unused seats found.</p>;
  }
  const toggle = (id: string, isOn: boolean) => {
    const others = new Set(except);
    if (isOn) {
      others.delete(id);
    } else {
      others.add(id);
    }
    onExcept(others);
  };
  return (
    <>
      <Cost billing={billing} at={at} count={chosen.length} droppable={droppable} />
      <Rows found={found} except={except} onToggle={toggle} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        {droppable > 0 && (
          <Segments
            aria-label="Seats of the subscription"
            value={reduces ? "reduce" : "keep"}
            options={choices}
            blocked={fixed}
            onChange={onSeats}
          />
        )}
        <Button
          variant="dangerGhost"
          blocked={whyBlocked(organization, "reclaim.start") ?? whyNot}
          onClick={() => setAsking(true)}
        >
          Reclaim {plural(chosen.length, "seat")}
        </Button>
      </div>
      <Ask
        organization={organization}
        billing={billing}
        chosen={chosen}
        except={leftOut}
        since={since}
        reduces={reduces}
        droppable={droppable}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onStarted={() => onExcept(new Set())}
      />
    </>
  );
}

type CostProps = { billing: Billing; at: string; count: number; droppable: number };

function Cost({ billing, at, count, droppable }: CostProps) {
  const money = useMoney();
  const format = useFormat();
  const plan = usePlan(billing.plan);
  const { committed, capacity } = billing.seats;
  const sum = (amount: number) => (plan ? money({ ...plan.price, amount }) : "");
  const each = sum(plan ? plan.price.amount * droppable : 0);
  const credit = sum(
    plan && billing.periodEnd !== undefined ? creditOf(plan, droppable, billing.periodEnd, Date.parse(at)) : 0,
  );
  return (
    <div className="grid gap-3">
      <p className="tabular" aria-live="polite">
        <span className="text-2xl font-semibold">{plural(count, "seat")}</span>{" "}
        <span className="text-fg-2">unused</span>
        {plan && droppable > 0 && (
          <span className="text-fg-2">
            , {each} {periods[plan.id].adverb} before discounts and taxes
          </span>
        )}
      </p>
      {plan && droppable > 0 && <p className="text-sm text-fg-2">{savingText(billing, each, credit, format.date)}</p>}
      {plan && droppable < count && (
        <p className="text-sm text-fg-2">
          {droppable === 0 ? "None" : `Only ${droppable}`} of them can be dropped from the subscription: the others are
          granted, over its limit, or its last one.
        </p>
      )}
      <SeatMap used={committed - count} unused={count} paid={capacity} wanted={capacity} />
    </div>
  );
}

type RowsProps = {
  found: readonly Unused[];
  except: ReadonlySet<string>;
  onToggle: (id: string, isOn: boolean) => void;
};

function Rows({ found, except, onToggle }: RowsProps) {
  const format = useFormat();
  // who was left out before is in sight, to be left out no more
  const [pinned] = useState(except);
  const shown = found.filter(({ id }, index) => index < maxShown || pinned.has(id));
  const full = leftOutOf(found, except).length >= maxExcept ? tooManyText : undefined;
  return (
    <div className="rounded-lg border border-border">
      <ul aria-label="Unused seats" className="max-h-96 divide-y divide-border overflow-y-auto">
        {shown.map(({ id, isMember, name, email, role, color, since }) => (
          <li key={id} className="flex items-center gap-3 px-4 py-2.5">
            <CheckBox
              label={`Reclaim the seat of ${name ?? email}`}
              blocked={except.has(id) ? undefined : full}
              isChecked={!except.has(id)}
              onChange={(isOn) => onToggle(id, isOn)}
            />
            <Avatar name={name ?? email} color={color} />
            <span className="min-w-0 flex-1">
              <span className="block truncate font-medium">{name ?? email}</span>
              <span className="block truncate text-sm text-fg-3">
                {[isMember ? roleText[role].label : "Invitation", name === undefined ? undefined : email]
                  .filter(Boolean)
                  .join(" · ")}
              </span>
            </span>
            <span className="tabular shrink-0 text-sm text-fg-2">
              <span className="max-sm:hidden">{isMember ? "Last request" : "Last email"} </span>
              {isMember ? format.day(since) : format.date(since)}
            </span>
          </li>
        ))}
      </ul>
      {found.length > shown.length && (
        <p className="border-t border-border px-4 py-2.5 text-sm text-fg-2">
          And {format.number(found.length - shown.length)} more, which are reclaimed too.
        </p>
      )}
    </div>
  );
}

type AskProps = {
  organization: Organization;
  billing: Billing;
  chosen: readonly Unused[];
  except: string[];
  since: Since;
  reduces: boolean;
  droppable: number;
  isOpen: boolean;
  onClose: () => void;
  onStarted: () => void;
};

function Ask(props: AskProps) {
  const { organization, billing, chosen, except, since, reduces, droppable, isOpen, onClose, onStarted } = props;
  const queryClient = useQueryClient();
  const withKey = useRequestKey();
  const members = chosen.filter(({ isMember }) => isMember).length;
  const invitations = chosen.length - members;
  const start = useMutation({
    mutationFn: () => {
      const order = { ...since, members, invitations, except, reduces };
      return withKey(order, (key) => startReclaim(organization.id, order, key));
    },
    onSuccess: (reclaim) => {
      queryClient.setQueryData(reclaimQuery(organization.id).queryKey, { at: reclaim.startedAt, reclaim });
      onStarted();
      onClose();
    },
    onError: (error) => {
      // another one is shown in place of this dialog
      if (error instanceof ApiError && error.code === "reclaim.running") toast(toSentence(error), { type: "error" });
      return queryClient.invalidateQueries(reclaimQuery(organization.id));
    },
  });
  return (
    <Confirm
      isOpen={isOpen}
      onClose={() => {
        start.reset();
        onClose();
      }}
      title={`Reclaim ${plural(chosen.length, "seat")}?`}
      action={`Reclaim ${plural(chosen.length, "seat")}`}
      isBusy={start.isPending}
      failure={start.error !== null && toSentence(start.error)}
      onConfirm={() => start.mutate()}
      returnFocus={() => document.getElementById("main")}
    >
      <ul className="grid list-disc gap-1.5 pl-4 marker:text-fg-3">
        <li>
          {peopleText(members, invitations)}, also if you close this page, and you are notified at the end. Members can
          be restored.
        </li>
        <li>Anybody who makes a request or uses a device before their turn stays.</li>
        <li>{reduces ? reducedText(billing, droppable) : keptText(billing)}</li>
      </ul>
    </Confirm>
  );
}
