import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { fn } from "../kernel/fn.ts";
import { plans, settings } from "../kernel/ports.ts";
import { months, type Paid, periods } from "./shape.ts";

/** What every organization begins on. */
export const free = "free" as const;

// Shapes

/** A plan that an organization can be on. */
export const Info = v.object({
  /** Its id: `free`, or the period that it is paid by. */
  id: v.picklist([free, ...periods]),
  /** Seats that come with the plan, without payment. A plan without them is paid by the seat. */
  seats: v.optional(Integer),
  /** The price of a seat. */
  price: v.optional(
    v.object({
      /** The price of one seat for the whole period, in the smallest unit of the currency, such as cents. */
      amount: Integer,
      /** The currency, as three lower-case letters. */
      currency: v.string(),
      /** The length of the period in months. */
      months: Integer,
    }),
  ),
  /** Days of trial that a first subscription starts with. */
  trialDays: v.optional(Integer),
});
export type Info = v.InferOutput<typeof Info>;

/** Every plan, the free one first. */
export const Plans = v.object({
  /** The plans; there is no second page. */
  items: v.array(Info),
});

// Functions

/** What a new organization may choose from, as this deployment is configured. */
export const list = fn("plan.list", { input: v.strictObject({}), output: Plans }, async () => {
  const { paid, trialDays } = plans();
  const sold = paid.map(({ id, amount, currency }) => ({
    id,
    price: {
      amount,
      currency,
      months: months[id],
    },
    ...(trialDays > 0 && { trialDays }),
  }));
  return { items: [{ id: free, seats: settings().freeSeats }, ...sold] };
});

// For billing

/** The paid plan of this name, if it is sold. */
export const paidPlan = (id: string): Paid | undefined => plans().paid.find((one) => one.id === id);

/** The name of what is sold at a price of Stripe; another price is somebody's special arrangement. */
export const nameOfPrice = (price: string): string => plans().paid.find((one) => one.price === price)?.id ?? "custom";
