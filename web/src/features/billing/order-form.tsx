import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import { useCheckout } from "#features/seats/portal-button.tsx";
import { Price } from "#features/seats/price.tsx";
import { minimumOf, periods, type Sold, type Taken, trialText } from "#features/seats/text.ts";
import { usePlans } from "#features/seats/use-plans.ts";
import { WithContact } from "#features/seats/with-contact.tsx";
import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import { useFormat } from "#lib/use-format.ts";
import { useMoney } from "#lib/use-money.ts";
import { Banner } from "#ui/banner.tsx";
import { Button } from "#ui/button.tsx";
import { StepperField } from "#ui/number-stepper.tsx";
import { isBeyond, type Order, rangeText, type SeatLimit, seatsProblem, useOrder } from "./order.ts";
import { PlanPicker } from "./plan-picker.tsx";

/** Seats and plan in one form, for an existing organization. */
export function OrderForm({ organization, billing }: { organization: Organization; billing: Billing }) {
  const { sold } = usePlans();
  const taken = takenOf(organization, billing);
  const { order, change } = useOrder(organization.id, sold, minimumOf(taken), billing.checkout);
  const limit = { most: billing.maxSeats };
  const problem = seatsProblem(order.seats, taken, limit);
  const pay = usePay({ organizationId: organization.id, order, blocked: problem });
  return (
    <div className="grid gap-4">
      <OrderSeats seats={order.seats} taken={taken} limit={limit} onChange={(seats) => change({ seats })} />
      <PlanPicker
        sold={sold}
        seats={pricedSeats(order, taken, limit)}
        value={order.plan}
        onChange={(plan) => change({ plan })}
      />
      {!isBeyond(order.seats, taken, limit) && <OrderSum order={order} sold={sold} trial={billing} />}
      {pay.refusal}
      <div className="flex justify-end max-sm:*:w-full">{pay.button}</div>
    </div>
  );
}

/** Returns the seats from one answer, because both answers contain them. */
export function takenOf({ seats }: Organization, { seats: { capacity, committed, granted } }: Billing): Taken {
  return { ...(seats ?? { capacity, committed }), granted };
}

/** Returns for how many seats the plans show a price: none beyond the limit. */
export function pricedSeats({ seats }: Order, taken: Taken, limit: SeatLimit): number | undefined {
  if (isBeyond(seats, taken, limit)) return;
  return Number.isFinite(seats) ? seats : minimumOf(taken);
}

type SeatsProps = {
  label?: ReactNode;
  seats: number;
  taken: Taken;
  limit: SeatLimit;
  onChange: (seats: number) => void;
};

/** The number of seats, with the reason for the minimum, and the limit. */
export function OrderSeats({ label = "Seats", seats, taken, limit, onChange }: SeatsProps) {
  const format = useFormat();
  const problem = seatsProblem(seats, taken, limit, format.number);
  return (
    <StepperField
      label={label}
      error={problem && <WithContact text={problem} />}
      hint={rangeText(taken, limit, format.number)}
      what="seat"
      value={seats}
      minimum={minimumOf(taken)}
      maximum={limit.most}
      onChange={onChange}
    />
  );
}

type SumProps = { order: Order; sold: Sold[]; trial: Pick<Billing, "trialDays" | "trialSeats" | "noTrial"> };

/** The total, and when it is paid. */
export function OrderSum({ order: { seats, plan }, sold, trial }: SumProps) {
  const money = useMoney();
  const price = sold.find(({ id }) => id === plan)?.price;
  if (!price || !Number.isFinite(seats)) {
    return null;
  }
  const total = money({ ...price, amount: price.amount * seats });
  return (
    <Price
      label="Order"
      lines={[
        { term: `${plural(seats, "seat")} × ${money(price)}`, amount: periods[plan].label },
        { term: "Total", amount: `${total} ${periods[plan].adverb}`, isMain: true },
      ]}
      note={`${trialText(seats, trial)}Before discounts and taxes. You can cancel at any time.`}
    />
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
