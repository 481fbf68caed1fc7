import * as v from "valibot";

export const periods = ["monthly", "quarterly", "yearly"] as const;
export type Period = (typeof periods)[number];

/** A period in which seats are paid, and its price at Stripe. */
export const Paid = v.object({ id: v.picklist(periods), price: v.string() });
export type Paid = v.InferOutput<typeof Paid>;

/** What a deployment sells. Units: days of trial of a first subscription. */
export type Plans = { trialDays: number; paid: readonly Paid[] };
