import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import { presetMaxSeats } from "../billing/limits.ts";
import { fn } from "../kernel/fn.ts";
import { plans, settings } from "../kernel/ports.ts";
import { months, type Paid, periods } from "./shape.ts";

/** The plan of every new organization. */
export const free = "free" as const;

// Shapes

/** A plan that an organization can be on. */
export const Info = v.object({
  /** Its id: `free`, or the billing period. */
  id: v.picklist([free, ...periods]),
  /** Seats included in the plan. A plan without them is paid by the seat. */
  seats: v.optional(Integer),
  /** The price of a seat. */
  price: v.optional(
    v.object({
      /** The price of one seat for the whole period, in the smallest unit of the currency, such as cents. */
      amount: Integer,
      /** The currency, as three lowercase letters. */
      currency: v.string(),
      /** The length of the period in months. */
      months: Integer,
    }),
  ),
  /** Days of trial at the start of a first subscription. */
  trialDays: v.optional(Integer),
  /** The most seats of a trial: with more, there is none. */
  trialSeats: v.optional(Integer),
  /** The most seats that can be bought here. The operator of the service may sell or grant more. */
  maxSeats: v.optional(Integer),
});
export type Info = v.InferOutput<typeof Info>;

/** Every plan, the free one first. */
export const Plans = v.object({
  /** The plans; there is no second page. */
  items: v.array(Info),
});

// Functions

/** Returns the plans that a new organization may choose from, as this deployment is configured. */
export const list = fn("plan.list", { input: v.strictObject({}), output: Plans }, async () => {
  const { paid, trialDays } = plans();
  const sold = paid.map(({ id, amount, currency }) => ({
    id,
    price: {
      amount,
      currency,
      months: months[id],
    },
    ...(trialDays > 0 && { trialDays, trialSeats: trialSeatLimit() }),
    maxSeats: seatLimit(),
  }));
  // threat: a plan promises other seats than an organization begins with
  return { items: [{ id: free, seats: settings().freeSeats }, ...sold] };
});

// For billing

/** Returns the most seats that an organization can have without the operator. */
export const seatLimit = (): number => plans().maxSeats ?? presetMaxSeats;

// threat: a trial has more seats than are sold without the operator
/** Returns the most seats of a trial. */
export const trialSeatLimit = (): number => Math.min(plans().trialSeats, seatLimit());

/** Returns the paid plan of this name, if it is for sale. */
export const paidPlan = (id: string): Paid | undefined => plans().paid.find((one) => one.id === id);

/** Returns the name of the plan for a Stripe price; any other price is a custom arrangement. */
export const nameOfPrice = (price: string): string => plans().paid.find((one) => one.price === price)?.id ?? "custom";

/** Returns the currency of a Stripe price; that of a custom arrangement is taken from the plans. */
export const currencyOfPrice = (price: string): string => {
  const { paid } = plans();
  return (paid.find((one) => one.price === price) ?? paid[0])?.currency ?? "usd";
};
