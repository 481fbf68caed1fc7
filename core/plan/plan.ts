import * as v from "valibot";
import { fn } from "../kernel/fn.ts";
import { plans, settings } from "../kernel/ports.ts";
import { months, type Paid, periods } from "./shape.ts";

/** What every organization begins on. */
export const free = "free" as const;

// Shapes

/** `seats` come with the plan, without payment; a plan that has none is paid by the seat. */
export const Info = v.object({
  id: v.picklist([free, ...periods]),
  seats: v.optional(v.number()),
  /** Of a seat for so many months, in the smallest unit of the currency. */
  price: v.optional(v.object({ amount: v.number(), currency: v.string(), months: v.number() })),
  trialDays: v.optional(v.number()),
});
export type Info = v.InferOutput<typeof Info>;

// Functions

/** What a new organization may choose from, as this deployment is configured. */
export const list = fn(
  "plan.list",
  { input: v.strictObject({}), output: v.object({ items: v.array(Info) }) },
  async () => {
    const { paid, trialDays } = plans();
    const sold = paid.map(({ id, amount, currency }) => ({
      ...{ id, price: { amount, currency, months: months[id] } },
      ...(trialDays > 0 && { trialDays }),
    }));
    return { items: [{ id: free, seats: settings().freeSeats }, ...sold] };
  },
);

// For billing

/** The paid plan of this name, if it is sold. */
export const paidPlan = (id: string): Paid | undefined => plans().paid.find((one) => one.id === id);

/** The name of what is sold at a price of Stripe; another price is somebody's special arrangement. */
export const nameOfPrice = (price: string): string => plans().paid.find((one) => one.price === price)?.id ?? "custom";
