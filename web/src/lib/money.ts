export type Money = { amount: number; currency: string };

/** Stripe counts these in hundredths, although nobody pays any. */
const inHundredths = ["isk", "ugx"];

/** Writes amounts, which are in the smallest unit of their currency, as a locale wants them. */
export function moneyFor(locale: string | undefined) {
  return ({ amount, currency }: Money) => {
    const format = currencyFormat(locale, currency);
    const digits = inHundredths.includes(currency) ? 2 : (format.resolvedOptions().maximumFractionDigits ?? 2);
    return format.format(amount / 10 ** digits);
  };
}

/** A locale that this browser does not know must not take the page down. */
function currencyFormat(locale: string | undefined, currency: string) {
  try {
    return new Intl.NumberFormat(locale, { style: "currency", currency });
  } catch {
    return new Intl.NumberFormat("en", { style: "currency", currency });
  }
}
