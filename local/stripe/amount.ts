import { invalid, type Refusal } from "./refusal.ts";

// https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts

const maxAmount = 99_999_999;
const usual = "usd ars aud brl cad chf cop eur idr ils inr jpy krw nzd php rub sgd zar".split(" ");
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
// Elsewhere it follows the exchange rate: half a dollar, about as of 2026. No test depends on how much it is.
const converted = { isk: 6_300, kwd: 160, tnd: 1_500, ugx: 190_000 };
// https://docs.stripe.com/currencies#zero-decimal
const zeroDecimal = new Set("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split(" "));
const threeDecimal = new Set("bhd jod kwd omr tnd".split(" "));
// https://docs.stripe.com/currencies#special-cases: without decimals, but counted in hundredths
const formerlyTwoDecimal = new Set(["isk", "ugx"]);
/** Their invoices are rounded, and the balance has the rest. For the others nothing says so. */
const rounded = new Set(["ugx"]);
const minima = new Map([
  ...usual.map((currency) => [currency, usualMinimum] as const),
  ...Object.entries(others),
  ...Object.entries(converted),
]);

/**
 * Returns what is charged of an amount that is owed. Less than the minimum is not: it moves to the customer's balance,
 * https://docs.stripe.com/billing/customer/balance. Elsewhere the minimum follows an exchange rate, so it is refused.
 */
export function dueOf(owed: number, currency: string): number {
  const minimum = minima.get(currency);
  if (minimum === undefined) throw invalid(`The stand-in does not know the smallest charge in ${currency}.`);
  // threat: the stand-in charges what Stripe moves to the balance
  if (owed < minimum) return 0;
  const step = stepOf(currency);
  return rounded.has(currency) ? Math.round(owed / step) * step : owed;
}

/** Returns the refusal of an amount of more than eight digits, or of one that no card can be charged. */
export function unchargeable(amount: number, currency: string): Refusal | undefined {
  if (amount > maxAmount) {
    return invalid("Amount must be no more than 99999999 in the smallest unit of the currency.", {
      code: "amount_too_large",
      param: "amount",
    });
  }
  const step = stepOf(currency);
  // threat: the stand-in charges fractions that cards in a currency do not know
  if (amount % step === 0) return undefined;
  const message = `Invalid amount. Amounts in ${currency} must be evenly divisible by ${step}.`;
  return invalid(message, { code: "invalid_charge_amount_no_decimal_compatible", param: "amount" });
}

/**
 * Returns what charges and refunds in this currency are multiples of: https://docs.stripe.com/currencies#three-decimal,
 * https://support.stripe.com/questions/deprecation-of-fractional-isk-charges-and-refunds
 */
export function stepOf(currency: string): number {
  if (threeDecimal.has(currency)) return 10;
  return formerlyTwoDecimal.has(currency) ? 100 : 1;
}

/** Returns how many decimals amounts in this currency have. */
export function decimalsOf(currency: string): number {
  if (zeroDecimal.has(currency)) return 0;
  return threeDecimal.has(currency) ? 3 : 2;
}

/** Writes an amount in the smallest unit as the pages show it. */
export function money(amount: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return new Intl.NumberFormat("en-US", { style: "currency", currency, ...digits }).format(amount / 10 ** decimals);
}
