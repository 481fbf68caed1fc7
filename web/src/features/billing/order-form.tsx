import type { Organization } from "#lib/api.ts";
import type { Billing } from "#lib/billing.ts";
import { seatsProblem, useOrder } from "./order.ts";
import { OrderSeats, OrderSum, usePay } from "./order-parts.tsx";
import { PlanPicker } from "./plan-picker.tsx";
import { minimumOf, type Taken } from "./text.ts";
import { usePlans } from "./use-plans.ts";

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
