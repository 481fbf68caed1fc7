import { useId } from "react";
import { periods, type Sold, savingOf } from "#features/seats/text.ts";
import type { Period } from "#lib/billing.ts";
import { cn } from "#lib/cn.ts";
import { useMoney } from "#lib/use-money.ts";
import { Badge } from "#ui/badge.tsx";

type Props = {
  sold: Sold[];
  /** The seats that the total is for. Without them, it is not shown. */
  seats: number | undefined;
  value: Period | undefined;
  /** The current plan, if any. */
  present?: Period | undefined;
  onChange: (plan: Period) => void;
};

/** The billing periods, each with its price and total. */
export function PlanPicker({ sold, seats, value, present, onChange }: Props) {
  const name = useId();
  return (
    <fieldset className="grid min-w-0 gap-2">
      <legend className="sr-only">Plan</legend>
      {sold.map((plan) => (
        <label
          key={plan.id}
          className={cn(
            "flex cursor-pointer items-center gap-3 rounded-xl border px-4 py-3 transition-colors duration-100 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent",
            value === plan.id ? "border-accent bg-accent-soft" : "border-border-strong bg-surface hover:border-fg-3",
          )}
        >
          <input
            type="radio"
            name={name}
            value={plan.id}
            checked={value === plan.id}
            onChange={() => onChange(plan.id)}
            className="size-4 shrink-0 accent-accent outline-none"
          />
          <PlanText plan={plan} seats={seats} saving={savingOf(plan, sold)} isPresent={plan.id === present} />
        </label>
      ))}
    </fieldset>
  );
}

function PlanText(props: { plan: Sold; seats: number | undefined; saving: number; isPresent: boolean }) {
  const { plan, seats, saving, isPresent } = props;
  const { price, id } = plan;
  const money = useMoney();
  const aMonth = { ...price, amount: Math.round(price.amount / price.months) };
  return (
    <span className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-1">
      <span className="min-w-0">
        <span className="flex flex-wrap items-center gap-2 font-semibold">
          {periods[id].label}
          {isPresent && <Badge>Your plan</Badge>}
          {saving > 0 && <Badge tone="success">{saving} % less</Badge>}
        </span>
        <span className="tabular block text-sm text-fg-2">{money(aMonth)} per seat / month</span>
      </span>
      {seats !== undefined && (
        <span className="tabular text-right max-sm:flex max-sm:w-full max-sm:items-baseline max-sm:gap-1.5">
          <span className="block font-semibold">{money({ ...price, amount: price.amount * seats })}</span>
          <span className="block text-sm text-fg-2">{periods[id].adverb}</span>
        </span>
      )}
    </span>
  );
}
