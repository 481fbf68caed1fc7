import { invalid } from "./refusal.ts";

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts

const maxAmount = 99_999_999;
const usual = ["usd", "aud", "brl", "cad", "chf", "eur", "inr", "jpy", "nzd", "sgd"];
const usualMinimum = 50;
/** In the smallest unit, where it is another one. Those with three decimals are pegged to the dollar, as is their half. */
const others = {
  aed: 200,
  bhd: 190,
  jod: 360,
  omr: 200,
  bgn: 100,
  czk: 1_500,
  dkk: 250,
  gbp: 30,
  hkd: 400,
  huf: 17_500,
  mxn: 1_000,
  myr: 200,
  nok: 300,
  pln: 200,
  ron: 200,
  sek: 300,
  thb: 1_000,
};
const minima = new Map([...usual.map((currency) => [currency, usualMinimum] as const), ...Object.entries(others)]);

/**
 * Returns what is charged of an amount that is owed. Less than the minimum is not: it moves to the customer's balance,
 * https://docs.stripe.com/billing/customer/balance. Elsewhere the minimum follows an exchange rate, so it is refused.
 */
export function dueOf(owed: number, currency: string): number {
  const minimum = minima.get(currency);
  if (minimum === undefined) throw invalid(`The stand-in does not know the smallest charge in ${currency}.`);
  // threat: the stand-in charges what Stripe moves to the balance
  return owed < minimum ? 0 : owed;
}

/** Returns the refusal of an amount of more than eight digits. */
export const tooLarge = (amount: number) =>
  amount > maxAmount
    ? invalid("Amount must be no more than 99999999 in the smallest unit of the currency.", {
        code: "amount_too_large",
        param: "amount",
      })
    : undefined;
