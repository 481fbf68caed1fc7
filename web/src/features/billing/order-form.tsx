import { maxSeats } from "@muster/core/billing/limits.ts";
import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { useCheckout } from "#features/seats/portal-button.tsx";
import { minimumOf, minimumText, periods, type Sold, type Taken, trialText } from "#features/seats/text.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { Field } from "#ui/field.tsx";
import { NumberStepper } from "#ui/number-stepper.tsx";
import { type Order, seatsProblem, useOrder } from "./order.ts";
import { PlanPicker } from "./plan-picker.tsx";

/** Seats and plan in one form, for an existing organization. */
export function OrderForm({ organization, billing }: { organization: Organization; billing: Billing }) {
  const { sold } = usePlans();
  const taken = takenOf(organization, billing);
  const { order, change } = useOrder(organization.id, sold, minimumOf(taken), billing.checkout);
  const problem = seatsProblem(order.seats, taken);
  const pay = usePay({ organizationId: organization.id, order, blocked: problem });
  return (
    <div className="grid gap-4">
      <OrderSeats seats={order.seats} taken={taken} onChange={(seats) => change({ seats })} />
      <PlanPicker
        sold={sold}
        seats={Number.isFinite(order.seats) ? order.seats : minimumOf(taken)}
        value={order.plan}
        onChange={(plan) => change({ plan })}
      />
      <OrderSum order={order} sold={sold} trial={billing} />
      {pay.refusal}
      <div className="flex justify-end max-sm:*:w-full">{pay.button}</div>
    </div>
  );
}

/** Returns the seats from one answer, because both answers contain them. */
export function takenOf({ seats }: Organization, { seats: { capacity, committed, granted } }: Billing): Taken {
  return { ...(seats ?? { capacity, committed }), granted };
}

type SeatsProps = { label?: ReactNode; seats: number; taken: Taken; onChange: (seats: number) => void };

/** The number of seats, with the reason for the minimum. */
export function OrderSeats({ label = "Seats", seats, taken, onChange }: SeatsProps) {
  const format = useFormat();
  return (
    <Field label={label} error={seatsProblem(seats, taken, format.number)} hint={minimumText(taken, format.number)}>
      {(ids) => (
        <NumberStepper
          {...ids}
          what="seat"
          value={seats}
          minimum={minimumOf(taken)}
          maximum={maxSeats}
          onChange={onChange}
        />
      )}
    </Field>
  );
}

type SumProps = { order: Order; sold: Sold[]; trial: Pick<Billing, "trialDays" | "trialSeats" | "noTrial"> };

/** The total, and when it is paid. */
export function OrderSum({ order: { seats, plan }, sold, trial }: SumProps) {
  const money = useMoney();
  const found = sold.find(({ id }) => id === plan);
  if (!found || !Number.isFinite(seats)) {
    return null;
  }
  const { price } = found;
  const total = money({ ...price, amount: price.amount * seats });
  return (
    <div className="grid gap-1 rounded-xl border border-border bg-surface-2 px-4 py-3" aria-live="polite">
      <p className="tabular flex justify-between gap-4 text-sm text-fg-2">
        <span>
          {plural(seats, "seat")} × {money(price)}
        </span>
        <span>{periods[plan].label}</span>
      </p>
      <p className="flex items-baseline justify-between gap-4">
        <span className="font-semibold">Total</span>
        <span className="tabular text-lg font-semibold">
          {total} <span className="text-sm font-normal text-fg-2">{periods[plan].adverb}</span>
        </span>
      </p>
      <p className="text-sm text-fg-3">
        {trialText(seats, trial)}
        Before discounts and taxes. You can cancel at any time.
      </p>
    </div>
  );
}

type PayProps = { organizationId: string; order: Order; blocked: string | undefined };

/** Leads to Stripe, where a discount code can be entered too. */
export function usePay({ organizationId, order, blocked }: PayProps) {
  const checkout = useCheckout(organizationId);
  return {
    refusal: checkout.error && (
      <Banner tone="danger">
        {toSentence(checkout.error)}
        {checkout.error instanceof ApiError &&
          checkout.error.code === "billing.already_subscribed" &&
          " Reload the page."}
      </Banner>
    ),
    button: (
      <Button
        variant="primary"
        size="large"
        blocked={blocked}
        isBusy={checkout.isBusy}
        onClick={() => checkout.mutate(order)}
      >
        Continue to payment
        <ExternalLink aria-hidden />
      </Button>
    ),
  };
}
