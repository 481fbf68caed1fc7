import { invalid } from "./refusal.ts";

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts

const maxAmount = 99_999_999;
const usualMinimum = 50;
/** In the smallest unit, where it is another one. */
const minima: Record<string, number> = { gbp: 30, huf: 17_500, czk: 1_500, dkk: 250, mxn: 1_000, pln: 200 };

/**
 * Returns what is charged of an amount that is owed. Less than the minimum is not: it moves to the customer's balance,
 * https://docs.stripe.com/billing/customer/balance
 */
export const dueOf = (owed: number, currency: string): number => (owed < (minima[currency] ?? usualMinimum) ? 0 : owed);

/** Returns the refusal of an amount of more than eight digits. */
export const tooLarge = (amount: number) =>
  amount > maxAmount
    ? invalid("Amount must be no more than 99999999 in the smallest unit of the currency.", {
        code: "amount_too_large",
        param: "amount",
      })
    : undefined;
